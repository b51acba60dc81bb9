// Layer normalisation for x86 CPUs with AVX-512: sixteen lanes, the end of a row masked.
//
// This file alone is compiled with AVX-512 flags. It includes intrinsics and its own header only.
#include <immintrin.h>
#include "layer_norm.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kLanes = 16;

__mmask16 first_lanes(std::size_t count) noexcept {
  return static_cast<__mmask16>(count >= kLanes ? 0xffffu : (1u << count) - 1u);
}

void layer_norm(float* row, const float* residual, const float* gain, const float* bias, float eps,
                std::size_t dim) noexcept {
  const float numbers = static_cast<float>(dim);
  __m512 sum_f32x16 = _mm512_setzero_ps();
  for (std::size_t i = 0; i < dim; i += kLanes) {
    const __mmask16 lanes = first_lanes(dim - i);
    __m512 x_f32x16 = _mm512_maskz_loadu_ps(lanes, row + i);
    if (residual != nullptr) {
      x_f32x16 = _mm512_add_ps(x_f32x16, _mm512_maskz_loadu_ps(lanes, residual + i));
      _mm512_mask_storeu_ps(row + i, lanes, x_f32x16);
    }
    sum_f32x16 = _mm512_add_ps(sum_f32x16, x_f32x16);
  }
  const __m512 mean_f32x16 = _mm512_set1_ps(_mm512_reduce_add_ps(sum_f32x16) / numbers);
  __m512 squares_f32x16 = _mm512_setzero_ps();
  for (std::size_t i = 0; i < dim; i += kLanes) {
    const __mmask16 lanes = first_lanes(dim - i);
    const __m512 apart_f32x16 =
        _mm512_maskz_sub_ps(lanes, _mm512_maskz_loadu_ps(lanes, row + i), mean_f32x16);
    squares_f32x16 = _mm512_fmadd_ps(apart_f32x16, apart_f32x16, squares_f32x16);
  }
  const __m128 variance_f32x1 = _mm_set_ss(_mm512_reduce_add_ps(squares_f32x16) / numbers + eps);
  const __m512 scale_f32x16 = _mm512_set1_ps(1.0f / _mm_cvtss_f32(_mm_sqrt_ss(variance_f32x1)));
  for (std::size_t i = 0; i < dim; i += kLanes) {
    const __mmask16 lanes = first_lanes(dim - i);
    const __m512 apart_f32x16 = _mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, row + i), mean_f32x16);
    const __m512 result_f32x16 =
        _mm512_fmadd_ps(_mm512_mul_ps(apart_f32x16, scale_f32x16), _mm512_maskz_loadu_ps(lanes, gain + i),
                        _mm512_maskz_loadu_ps(lanes, bias + i));
    _mm512_mask_storeu_ps(row + i, lanes, result_f32x16);
  }
}

void layer_norm_backward(const float* sum, const float* gain, float eps, std::size_t dim, float* gradient,
                         float* gain_gradient, float* bias_gradient) noexcept {
  const float numbers = static_cast<float>(dim);
  __m512 sum_f32x16 = _mm512_setzero_ps();
  for (std::size_t i = 0; i < dim; i += kLanes)
    sum_f32x16 = _mm512_add_ps(sum_f32x16, _mm512_maskz_loadu_ps(first_lanes(dim - i), sum + i));
  const __m512 mean_f32x16 = _mm512_set1_ps(_mm512_reduce_add_ps(sum_f32x16) / numbers);
  __m512 squares_f32x16 = _mm512_setzero_ps();
  for (std::size_t i = 0; i < dim; i += kLanes) {
    const __mmask16 lanes = first_lanes(dim - i);
    const __m512 apart_f32x16 =
        _mm512_maskz_sub_ps(lanes, _mm512_maskz_loadu_ps(lanes, sum + i), mean_f32x16);
    squares_f32x16 = _mm512_fmadd_ps(apart_f32x16, apart_f32x16, squares_f32x16);
  }
  const __m128 variance_f32x1 = _mm_set_ss(_mm512_reduce_add_ps(squares_f32x16) / numbers + eps);
  const __m512 scale_f32x16 = _mm512_set1_ps(1.0f / _mm_cvtss_f32(_mm_sqrt_ss(variance_f32x1)));
  __m512 along_f32x16 = _mm512_setzero_ps(), across_f32x16 = _mm512_setzero_ps();
  for (std::size_t i = 0; i < dim; i += kLanes) {
    const __mmask16 lanes = first_lanes(dim - i);
    const __m512 x_f32x16 = _mm512_mul_ps(
        _mm512_maskz_sub_ps(lanes, _mm512_maskz_loadu_ps(lanes, sum + i), mean_f32x16), scale_f32x16);
    const __m512 gradient_f32x16 = _mm512_maskz_loadu_ps(lanes, gradient + i);
    const __m512 h_f32x16 = _mm512_mul_ps(gradient_f32x16, _mm512_maskz_loadu_ps(lanes, gain + i));
    _mm512_mask_storeu_ps(
        gain_gradient + i, lanes,
        _mm512_fmadd_ps(gradient_f32x16, x_f32x16, _mm512_maskz_loadu_ps(lanes, gain_gradient + i)));
    _mm512_mask_storeu_ps(bias_gradient + i, lanes,
                          _mm512_add_ps(gradient_f32x16, _mm512_maskz_loadu_ps(lanes, bias_gradient + i)));
    _mm512_mask_storeu_ps(gradient + i, lanes, h_f32x16);
    along_f32x16 = _mm512_add_ps(along_f32x16, h_f32x16);
    across_f32x16 = _mm512_fmadd_ps(h_f32x16, x_f32x16, across_f32x16);
  }
  const __m512 mean_h_f32x16 = _mm512_set1_ps(_mm512_reduce_add_ps(along_f32x16) / numbers);
  const __m512 mean_hx_f32x16 = _mm512_set1_ps(_mm512_reduce_add_ps(across_f32x16) / numbers);
  for (std::size_t i = 0; i < dim; i += kLanes) {
    const __mmask16 lanes = first_lanes(dim - i);
    const __m512 x_f32x16 =
        _mm512_mul_ps(_mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, sum + i), mean_f32x16), scale_f32x16);
    const __m512 apart_f32x16 = _mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, gradient + i), mean_h_f32x16);
    _mm512_mask_storeu_ps(
        gradient + i, lanes,
        _mm512_mul_ps(_mm512_fnmadd_ps(x_f32x16, mean_hx_f32x16, apart_f32x16), scale_f32x16));
  }
}

}  // namespace

const LayerNormKernels layer_norm_avx512 = {"avx512", layer_norm, layer_norm_backward};
}  // namespace attune::kernels
