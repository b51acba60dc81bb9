// The sizes of an encoder of BERT's kind, or of ModernBERT's, as in Hugging Face's config.json.
#pragma once
#include <cstddef>
#include <optional>

#include "encoder/head.h"

namespace attune {

// How ModernBERT knows where a token stands: by rotation, and in most layers by what is near alone.
struct RotaryConfig {
  double global_theta = 0.0, local_theta = 0.0;  // the base of the angles, in layers of either kind
  std::size_t local_window = 0;                  // tokens to each side that a local layer attends to
  std::size_t global_every = 0;  // layers 0, global_every, 2 * global_every, ... attend to all
};

struct TransformerConfig {
  std::size_t hidden_size = 0;
  std::size_t layers = 0;
  std::size_t heads = 0;  // divides hidden_size
  std::size_t intermediate_size = 0;
  std::size_t max_positions = 0;  // rows of the position table, where there is one
  std::size_t vocab_size = 0;
  std::size_t type_vocab_size = 0;  // 0 for a model without token types
  float layer_norm_eps = 0.0f;
  Activation activation = Activation::gelu;
  std::size_t position_offset = 0;  // row of a text's first token: 0 for BERT, padding_idx + 1 for RoBERTa

  std::size_t relative_buckets = 0;  // classes of distance in RelativeBias; 0 for none

  std::optional<RotaryConfig> rotary = std::nullopt;  // where it is there, layers are ModernBERT's

  std::size_t max_tokens() const noexcept { return max_positions - position_offset; }
};

// Throws Error BUNDLE_INVALID when no model can have these sizes.
void check_config(const TransformerConfig& config);

}  // namespace attune
