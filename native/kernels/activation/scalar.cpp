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

//   gelu'(x) = P(normal < x) + x * density(x)
void gelu_backward(const float* inputs, float* gradients, float* outputs, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    const float x = inputs[i];
    const float share = 0.5f * std::erfc(x * -0.70710678f);
    gradients[i] *= share + x * 0.39894228f * std::exp(-0.5f * x * x);
    outputs[i] = x * share;
  }
}

void gelu_tanh_backward(const float* inputs, float* gradients, float* outputs, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    const float x = inputs[i];
    const float t = std::tanh(0.79788456f * (x + 0.044715f * x * x * x));
    outputs[i] = 0.5f * x * (1.0f + t);
    gradients[i] *=
        0.5f * (1.0f + t) + 0.5f * x * (1.0f - t * t) * 0.79788456f * (1.0f + 3.0f * 0.044715f * x * x);
  }
}

void relu_backward(const float* inputs, float* gradients, float* outputs, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    outputs[i] = inputs[i] < 0.0f ? 0.0f : inputs[i];
    if (!(inputs[i] > 0.0f)) gradients[i] = 0.0f;
  }
}

void softmax_backward(const float* probabilities, float* gradients, std::size_t count, float scale) noexcept {
  float sum = 0.0f;
  for (std::size_t i = 0; i < count; ++i) sum += probabilities[i] * gradients[i];
  for (std::size_t i = 0; i < count; ++i) gradients[i] = scale * probabilities[i] * (gradients[i] - sum);
}

}  // namespace

const ActivationKernels activation_scalar = {
    "scalar", gelu,          gelu_tanh,          relu,          tanh,
    softmax,  gelu_backward, gelu_tanh_backward, relu_backward, softmax_backward,
};
}  // namespace attune::kernels
