// The sizes of a BERT encoder, as in Hugging Face's config.json.
#pragma once
#include <cstddef>

#include "encoder/head.h"

namespace attune {

struct TransformerConfig {
  std::size_t hidden_size = 0;
  std::size_t layers = 0;
  std::size_t heads = 0;  // divides hidden_size
  std::size_t intermediate_size = 0;
  std::size_t max_positions = 0;  // rows of the position table
  std::size_t vocab_size = 0;
  std::size_t type_vocab_size = 0;  // 0 for a model without token types
  float layer_norm_eps = 0.0f;
  Activation activation = Activation::gelu;
  std::size_t position_offset = 0;  // row of a text's first token: 0 for BERT, padding_idx + 1 for RoBERTa

  std::size_t relative_buckets = 0;  // classes of distance in RelativeBias; 0 for none

  std::size_t max_tokens() const noexcept { return max_positions - position_offset; }
};

// Throws Error BUNDLE_INVALID when no model can have these sizes.
void check_config(const TransformerConfig& config);

}  // namespace attune
