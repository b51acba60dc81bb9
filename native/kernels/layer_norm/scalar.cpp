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

void layer_norm_backward(const float* sum, const float* gain, float eps, std::size_t dim, float* gradient,
                         float* gain_gradient, float* bias_gradient) noexcept {
  const float numbers = static_cast<float>(dim);
  float total = 0.0f;
  for (std::size_t i = 0; i < dim; ++i) total += sum[i];
  const float mean = total / numbers;
  float squares = 0.0f;
  for (std::size_t i = 0; i < dim; ++i) squares += (sum[i] - mean) * (sum[i] - mean);
  const float scale = 1.0f / std::sqrt(squares / numbers + eps);
  float along = 0.0f, across = 0.0f;
  for (std::size_t i = 0; i < dim; ++i) {
    const float x = (sum[i] - mean) * scale, h = gradient[i] * gain[i];
    gain_gradient[i] += gradient[i] * x;
    bias_gradient[i] += gradient[i];
    gradient[i] = h;
    along += h;
    across += h * x;
  }
  for (std::size_t i = 0; i < dim; ++i) {
    const float x = (sum[i] - mean) * scale;
    gradient[i] = (gradient[i] - along / numbers - x * (across / numbers)) * scale;
  }
}

}  // namespace

const LayerNormKernels layer_norm_scalar = {"scalar", layer_norm, layer_norm_backward};
}  // namespace attune::kernels
