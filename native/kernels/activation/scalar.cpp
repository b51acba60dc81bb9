// The definitions, by the standard library's functions.
#include <cmath>
#include "activation.h"

namespace attune::kernels {
namespace {

// erfc keeps its relative accuracy far below zero, where 1 + erf would have none.
void gelu(float* values, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) values[i] *= 0.5f * std::erfc(values[i] * -0.70710678f);
}

void gelu_tanh(float* values, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    const float x = values[i];
    values[i] = 0.5f * x * (1.0f + std::tanh(0.79788456f * (x + 0.044715f * x * x * x)));
  }
}

void relu(float* values, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) values[i] = values[i] < 0.0f ? 0.0f : values[i];
}

void tanh(float* values, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) values[i] = std::tanh(values[i]);
}

void softmax(float* row, std::size_t count, float scale) noexcept {
  float top = -INFINITY;
  for (std::size_t i = 0; i < count; ++i) top = row[i] > top ? row[i] : top;
  float sum = 0.0f;
  for (std::size_t i = 0; i < count; ++i) sum += row[i] = std::exp(scale * (row[i] - top));
  for (std::size_t i = 0; i < count; ++i) row[i] /= sum;
}

}  // namespace

const ActivationKernels activation_scalar = {"scalar", gelu, gelu_tanh, relu, tanh, softmax};
}  // namespace attune::kernels
