// The way into a transformer: a token's vector is that of its id, plus that of its position, normalised.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "encoder/tensors.h"
#include "encoder/transformer_config.h"

namespace attune {

class TokenEmbeddings {
 public:
  TokenEmbeddings(const Level& level, const TransformerConfig& config, const Tensors& tensors);

  //   out[t] = layer_norm(word[ids[t]] + position[t] + type[0])
  //
  // where ModernBERT has words alone, and a norm without bias;
  // of one text, whose ids are below the vocabulary's size.
  void embed(std::span<const std::int32_t> ids, Matrix out) const;

 private:
  const Level& level_;
  std::size_t dim_;
  float eps_;
  std::vector<float> words_;      // [vocabulary, dim]
  std::vector<float> positions_;  // [max_tokens, dim], with the vector of token type 0 added; or empty
  std::vector<float> gain_, bias_;
};

}  // namespace attune
