// Functions between the layers of a network, each in place.
#pragma once
#include <cstddef>

namespace attune::kernels {

// An element's result depends on the element alone, not on where in the row it stands.
struct ActivationKernels {
  const char* name;

  // The exact GELU (Hendrycks, Gimpel 2016):
  //
  //   x  ->  x * P(a standard normal number is below x)  =  x / 2 * (1 + erf(x / sqrt(2)))
  //
  // Errs by at most 1e-7 + 1.2e-7 |x|; 0 far below zero, x far above.
  void (*gelu)(float* values, std::size_t count) noexcept;

  // GPT-2's, the 'gelu_new' of Hugging Face:
  //
  //   x  ->  x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))
  //
  // Errs by at most 2e-7 + 2e-7 |x|.
  void (*gelu_tanh)(float* values, std::size_t count) noexcept;

  void (*relu)(float* values, std::size_t count) noexcept;

  // Errs by at most 3e-7 of the result.
  void (*tanh)(float* values, std::size_t count) noexcept;

  //   row  ->  exp(scale * row - m) / (the sum of that over the row)
  //
  // where m is the greatest of scale * row, and scale > 0.
  void (*softmax)(float* row, std::size_t count, float scale) noexcept;

  // The way back through a function f, from the inputs that it was given:
  //
  //   gradients[i]  ->  gradients[i] * f'(inputs[i]),   outputs[i] = f(inputs[i])
  //
  // The outputs have the bits of the forward function. GELU's slope errs by at most 3e-7, that of its tanh form
  // by at most 1e-6; ReLU's at 0 is 0.
  void (*gelu_backward)(const float* inputs, float* gradients, float* outputs, std::size_t count) noexcept;
  void (*gelu_tanh_backward)(const float* inputs, float* gradients, float* outputs,
                             std::size_t count) noexcept;
  void (*relu_backward)(const float* inputs, float* gradients, float* outputs, std::size_t count) noexcept;

  // Through softmax, with p the probabilities that it gave for `scale`:
  //
  //   gradients[i]  ->  scale * p[i] * (gradients[i] - sum over j of p[j] * gradients[j])
  void (*softmax_backward)(const float* probabilities, float* gradients, std::size_t count,
                           float scale) noexcept;
};

extern const ActivationKernels activation_scalar;
extern const ActivationKernels activation_avx2;
extern const ActivationKernels activation_avx512;

}  // namespace attune::kernels
