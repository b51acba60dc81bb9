// Layer normalisation of one row (Ba, Kiros, Hinton 2016, https://arxiv.org/abs/1607.06450).
#pragma once
#include <cstddef>

namespace attune::kernels {

struct LayerNormKernels {
  const char* name;

  //   row  ->  (s - mean(s)) / sqrt(variance(s) + eps) * gain + bias,   s = row + residual
  //
  // residual may be null for none. The variance divides by dim, and is summed from the differences to the
  // mean, so that no digits cancel.
  void (*layer_norm)(float* row, const float* residual, const float* gain, const float* bias, float eps,
                     std::size_t dim) noexcept;

  // The way back, from the sum s that was normalised. With x = (s - mean(s)) / sqrt(variance(s) + eps) and
  // h = gradient * gain:
  //
  //   gain_gradient += gradient * x,   bias_gradient += gradient
  //   gradient       = (h - mean(h) - x * mean(h * x)) / sqrt(variance(s) + eps)
  void (*layer_norm_backward)(const float* sum, const float* gain, float eps, std::size_t dim,
                              float* gradient, float* gain_gradient, float* bias_gradient) noexcept;
};

extern const LayerNormKernels layer_norm_scalar;
extern const LayerNormKernels layer_norm_avx2;
extern const LayerNormKernels layer_norm_avx512;

}  // namespace attune::kernels
