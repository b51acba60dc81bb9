// The definition.
#include <cmath>
#include "layer_norm.h"

namespace attune::kernels {
namespace {

void layer_norm(float* row, const float* residual, const float* gain, const float* bias, float eps,
                std::size_t dim) noexcept {
  float sum = 0.0f;
  for (std::size_t i = 0; i < dim; ++i) {
    if (residual != nullptr) row[i] += residual[i];
    sum += row[i];
  }
  const float mean = sum / static_cast<float>(dim);
  float squares = 0.0f;
  for (std::size_t i = 0; i < dim; ++i) squares += (row[i] - mean) * (row[i] - mean);
  const float scale = 1.0f / std::sqrt(squares / static_cast<float>(dim) + eps);
  for (std::size_t i = 0; i < dim; ++i) row[i] = (row[i] - mean) * scale * gain[i] + bias[i];
}

}  // namespace

const LayerNormKernels layer_norm_scalar = {"scalar", layer_norm};
}  // namespace attune::kernels
