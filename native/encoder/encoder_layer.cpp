#include "encoder/encoder_layer.h"

namespace attune {
namespace {

PackedWeight pack(const Level& level, Precision precision, std::span<const LinearWeights> parts) {
  std::vector<ConstMatrix> matrices;
  for (const LinearWeights& part : parts) matrices.push_back(part.weight);
  return {level, precision, matrices};
}

}  // namespace

PackedLinear::PackedLinear(const Level& level, std::span<const LinearWeights> parts, Precision precision)
    : weight(pack(level, precision, parts)) {
  for (const LinearWeights& part : parts) bias.insert(bias.end(), part.bias.begin(), part.bias.end());
}

}  // namespace attune
