#include "encoder/token_embeddings.h"

#include <algorithm>

namespace attune {

TokenEmbeddings::TokenEmbeddings(const Level& level, const TransformerConfig& config, const Tensors& tensors)
    : level_(level),
      dim_(config.hidden_size),
      eps_(config.layer_norm_eps),
      words_(tensor_values(
          tensors, config.rotary ? "embeddings.tok_embeddings.weight" : "embeddings.word_embeddings.weight",
          config.vocab_size * dim_)),
      gain_(tensor_values(tensors, config.rotary ? "embeddings.norm.weight" : "embeddings.LayerNorm.weight",
                          dim_)),
      bias_(config.rotary ? std::vector<float>(dim_, 0.0f)
                          : tensor_values(tensors, "embeddings.LayerNorm.bias", dim_)) {
  if (config.rotary) return;
  const ConstMatrix positions =
      tensor_matrix(tensors, "embeddings.position_embeddings.weight", config.max_positions, dim_);
  std::vector<float> type(dim_, 0.0f);
  if (config.type_vocab_size > 0) {
    const ConstMatrix types =
        tensor_matrix(tensors, "embeddings.token_type_embeddings.weight", config.type_vocab_size, dim_);
    type.assign(types.row(0), types.row(0) + dim_);
  }
  positions_.resize(config.max_tokens() * dim_);
  for (std::size_t t = 0; t < config.max_tokens(); ++t) {
    for (std::size_t i = 0; i < dim_; ++i) {
      positions_[t * dim_ + i] = positions.row(config.position_offset + t)[i] + type[i];
    }
  }
}

void TokenEmbeddings::embed(std::span<const std::int32_t> ids, Matrix out) const {
  for (std::size_t t = 0; t < ids.size(); ++t) {
    const float* const word = words_.data() + static_cast<std::size_t>(ids[t]) * dim_;
    std::copy_n(word, dim_, out.row(t));
    const float* const position = positions_.empty() ? nullptr : positions_.data() + t * dim_;
    level_.layer_norm.layer_norm(out.row(t), position, gain_.data(), bias_.data(), eps_, dim_);
  }
}

}  // namespace attune
