// One layer of a ModernBERT encoder, forward (Warner et al. 2024, https://arxiv.org/abs/2412.13663): normalisation before each part,
// rotary positions, gated GELU, no biases, and in most layers attention to what is near alone.
#pragma once
#include <memory>

#include "encoder/encoder_layer.h"
#include "encoder/rotary.h"

namespace attune {

class ModernLayer final : public EncoderLayer {
 public:
  // Packs a copy of the weights of layer `number`, whose tensors' names begin with 'layers.<number>.'. Throws as tensor_matrix does. The
  // precision is that of the products with weights. window: as in AttentionReach.
  ModernLayer(const Level& level, const TransformerConfig& config, const Tensors& tensors, std::size_t number,
              std::shared_ptr<const RotaryPositions> positions, std::size_t window, Precision precision);

  //   hidden += Wo · attention(norm(hidden));   hidden += Wo · (activation(input) * gate),   input, gate = Wi · norm(hidden)
  //
  // The first layer has no norm before attention: the embeddings have theirs.
  void forward(TokenBlock& block) const override;

 private:
  const Level& level_;
  std::size_t heads_, window_;
  float eps_;
  Activation activation_;
  std::shared_ptr<const RotaryPositions> positions_;
  PackedLinear qkv_, attention_output_, up_, down_;
  std::vector<float> attention_gain_, feed_forward_gain_, no_bias_;  // attention_gain_ is empty for no norm
};

}  // namespace attune
