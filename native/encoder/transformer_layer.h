// One layer of a BERT encoder, forward (Devlin et al. 2018, https://arxiv.org/abs/1810.04805;
// normalisation after the sum).
#pragma once
#include <memory>

#include "encoder/encoder_layer.h"
#include "encoder/relative_bias.h"

namespace attune {

class TransformerLayer final : public EncoderLayer {
 public:
  // Packs a copy of the weights. The precision is that of the products with weights: attention, normalisation and
  // activation are in float32.
  TransformerLayer(const Level& level, const TransformerConfig& config, const LayerWeights& weights,
                   std::shared_ptr<const RelativeBias> bias, Precision precision = Precision::f32);

  void forward(TokenBlock& block) const override;

 private:
  struct Norm {
    explicit Norm(const NormWeights& weights)
        : gain(weights.gain.begin(), weights.gain.end()), bias(weights.bias.begin(), weights.bias.end()) {}

    std::vector<float> gain, bias;
  };

  void add_and_normalize(Matrix values, ConstMatrix residual, const Norm& norm) const;

  const Level& level_;
  std::size_t heads_;
  float eps_;
  Activation activation_;
  std::shared_ptr<const RelativeBias> bias_;
  PackedLinear qkv_, attention_output_, up_, down_;
  Norm attention_norm_, output_norm_;
};

}  // namespace attune
