// What an encoder needs of a layer, whatever its kind.
#pragma once
#include <vector>

#include "encoder/layer_weights.h"
#include "encoder/token_block.h"
#include "linear/packed_weight.h"

namespace attune {

class EncoderLayer {
 public:
  virtual ~EncoderLayer() = default;

  // Replaces block.hidden by the layer's output. A row depends on the rows of its own text alone. The block's
  // other matrices hold intermediate results afterwards.
  virtual void forward(TokenBlock& block) const = 0;
};

// A weight packed for products, with its bias.
struct PackedLinear {
  PackedLinear(const Level& level, const LinearWeights& weights, Precision precision)
      : weight(level, precision, weights.weight), bias(weights.bias.begin(), weights.bias.end()) {}
  // Several with the same input as one product, whose outputs stand side by side.
  PackedLinear(const Level& level, std::span<const LinearWeights> parts, Precision precision);

  void apply(ConstMatrix input, Matrix output) const {
    weight.multiply(input, bias.empty() ? nullptr : bias.data(), output);
  }

  PackedWeight weight;      // [out, in]
  std::vector<float> bias;  // [out], or empty for none
};

}  // namespace attune
