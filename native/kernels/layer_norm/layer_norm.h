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
};

extern const LayerNormKernels layer_norm_scalar;
extern const LayerNormKernels layer_norm_avx2;
extern const LayerNormKernels layer_norm_avx512;

}  // namespace attune::kernels
