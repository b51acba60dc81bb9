// One layer of a BERT encoder, forward (Devlin et al. 2018, https://arxiv.org/abs/1810.04805;
// normalisation after the sum).
#pragma once
#include <vector>

#include "encoder/layer_weights.h"
#include "encoder/relative_bias.h"
#include "encoder/token_block.h"
#include "linear/packed_weight.h"

namespace attune {

class TransformerLayer {
 public:
  // Packs a copy of the weights. The precision is that of the products with weights: attention, normalisation and
  // activation are in float32.
  TransformerLayer(const Level& level, const TransformerConfig& config, const LayerWeights& weights,
                   Precision precision = Precision::f32);

  // Replaces block.hidden by the layer's output. A row depends on the rows of its own text alone. The block's
  // other matrices hold the intermediate results afterwards.
  void forward(TokenBlock& block, const RelativeBias& bias) const;

 private:
  struct Linear {
    Linear(const Level& level, const LinearWeights& weights, Precision precision)
        : weight(level, precision, weights.weight), bias(weights.bias.begin(), weights.bias.end()) {}
    // Several with the same input as one product, whose outputs stand side by side.
    Linear(const Level& level, std::span<const LinearWeights> parts, Precision precision);

    void apply(ConstMatrix input, Matrix output) const { weight.multiply(input, bias.data(), output); }

    PackedWeight weight;  // [out, in]
    std::vector<float> bias;
  };
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
  Linear qkv_, attention_output_, up_, down_;
  Norm attention_norm_, output_norm_;
};

}  // namespace attune
