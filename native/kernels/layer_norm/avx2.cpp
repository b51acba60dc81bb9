// Layer normalisation for x86 CPUs with AVX2 and FMA: eight lanes, the end of a row by single numbers.
//
// This file alone is compiled with -mavx2 -mfma. It includes intrinsics and its own header only.
#include <immintrin.h>
#include "layer_norm.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kLanes = 8;

float sum_of_lanes(__m256 x_f32x8) noexcept {
  float lanes[kLanes];
  _mm256_storeu_ps(lanes, x_f32x8);
  return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

void layer_norm(float* row, const float* residual, const float* gain, const float* bias, float eps,
                std::size_t dim) noexcept {
  const float numbers = static_cast<float>(dim);
  const std::size_t whole = dim / kLanes * kLanes;
  __m256 sum_f32x8 = _mm256_setzero_ps();
  for (std::size_t i = 0; i < whole; i += kLanes) {
    __m256 x_f32x8 = _mm256_loadu_ps(row + i);
    if (residual != nullptr) {
      x_f32x8 = _mm256_add_ps(x_f32x8, _mm256_loadu_ps(residual + i));
      _mm256_storeu_ps(row + i, x_f32x8);
    }
    sum_f32x8 = _mm256_add_ps(sum_f32x8, x_f32x8);
  }
  float sum = sum_of_lanes(sum_f32x8);
  for (std::size_t i = whole; i < dim; ++i) {
    if (residual != nullptr) row[i] += residual[i];
    sum += row[i];
  }
  const float mean = sum / numbers;
  const __m256 mean_f32x8 = _mm256_set1_ps(mean);
  __m256 squares_f32x8 = _mm256_setzero_ps();
  for (std::size_t i = 0; i < whole; i += kLanes) {
    const __m256 apart_f32x8 = _mm256_sub_ps(_mm256_loadu_ps(row + i), mean_f32x8);
    squares_f32x8 = _mm256_fmadd_ps(apart_f32x8, apart_f32x8, squares_f32x8);
  }
  float squares = sum_of_lanes(squares_f32x8);
  for (std::size_t i = whole; i < dim; ++i) squares += (row[i] - mean) * (row[i] - mean);
  const float scale = 1.0f / _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(squares / numbers + eps)));
  const __m256 scale_f32x8 = _mm256_set1_ps(scale);
  for (std::size_t i = 0; i < whole; i += kLanes) {
    const __m256 apart_f32x8 = _mm256_sub_ps(_mm256_loadu_ps(row + i), mean_f32x8);
    _mm256_storeu_ps(row + i, _mm256_fmadd_ps(_mm256_mul_ps(apart_f32x8, scale_f32x8),
                                              _mm256_loadu_ps(gain + i), _mm256_loadu_ps(bias + i)));
  }
  for (std::size_t i = whole; i < dim; ++i) row[i] = (row[i] - mean) * scale * gain[i] + bias[i];
}

void layer_norm_backward(const float* sum, const float* gain, float eps, std::size_t dim, float* gradient,
                         float* gain_gradient, float* bias_gradient) noexcept {
  const float numbers = static_cast<float>(dim);
  const std::size_t whole = dim / kLanes * kLanes;
  __m256 sum_f32x8 = _mm256_setzero_ps();
  for (std::size_t i = 0; i < whole; i += kLanes)
    sum_f32x8 = _mm256_add_ps(sum_f32x8, _mm256_loadu_ps(sum + i));
  float total = sum_of_lanes(sum_f32x8);
  for (std::size_t i = whole; i < dim; ++i) total += sum[i];
  const float mean = total / numbers;
  const __m256 mean_f32x8 = _mm256_set1_ps(mean);
  __m256 squares_f32x8 = _mm256_setzero_ps();
  for (std::size_t i = 0; i < whole; i += kLanes) {
    const __m256 apart_f32x8 = _mm256_sub_ps(_mm256_loadu_ps(sum + i), mean_f32x8);
    squares_f32x8 = _mm256_fmadd_ps(apart_f32x8, apart_f32x8, squares_f32x8);
  }
  float squares = sum_of_lanes(squares_f32x8);
  for (std::size_t i = whole; i < dim; ++i) squares += (sum[i] - mean) * (sum[i] - mean);
  const float scale = 1.0f / _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(squares / numbers + eps)));
  const __m256 scale_f32x8 = _mm256_set1_ps(scale);
  __m256 along_f32x8 = _mm256_setzero_ps(), across_f32x8 = _mm256_setzero_ps();
  for (std::size_t i = 0; i < whole; i += kLanes) {
    const __m256 x_f32x8 = _mm256_mul_ps(_mm256_sub_ps(_mm256_loadu_ps(sum + i), mean_f32x8), scale_f32x8);
    const __m256 gradient_f32x8 = _mm256_loadu_ps(gradient + i);
    const __m256 h_f32x8 = _mm256_mul_ps(gradient_f32x8, _mm256_loadu_ps(gain + i));
    _mm256_storeu_ps(gain_gradient + i,
                     _mm256_fmadd_ps(gradient_f32x8, x_f32x8, _mm256_loadu_ps(gain_gradient + i)));
    _mm256_storeu_ps(bias_gradient + i, _mm256_add_ps(gradient_f32x8, _mm256_loadu_ps(bias_gradient + i)));
    _mm256_storeu_ps(gradient + i, h_f32x8);
    along_f32x8 = _mm256_add_ps(along_f32x8, h_f32x8);
    across_f32x8 = _mm256_fmadd_ps(h_f32x8, x_f32x8, across_f32x8);
  }
  float along = sum_of_lanes(along_f32x8), across = sum_of_lanes(across_f32x8);
  for (std::size_t i = whole; i < dim; ++i) {
    const float x = (sum[i] - mean) * scale, h = gradient[i] * gain[i];
    gain_gradient[i] += gradient[i] * x;
    bias_gradient[i] += gradient[i];
    gradient[i] = h;
    along += h;
    across += h * x;
  }
  const float mean_h = along / numbers, mean_hx = across / numbers;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    const __m256 x_f32x8 = _mm256_mul_ps(_mm256_sub_ps(_mm256_loadu_ps(sum + i), mean_f32x8), scale_f32x8);
    const __m256 apart_f32x8 = _mm256_sub_ps(_mm256_loadu_ps(gradient + i), _mm256_set1_ps(mean_h));
    _mm256_storeu_ps(
        gradient + i,
        _mm256_mul_ps(_mm256_fnmadd_ps(x_f32x8, _mm256_set1_ps(mean_hx), apart_f32x8), scale_f32x8));
  }
  for (std::size_t i = whole; i < dim; ++i) {
    const float x = (sum[i] - mean) * scale;
    gradient[i] = (gradient[i] - mean_h - x * mean_hx) * scale;
  }
}

}  // namespace

const LayerNormKernels layer_norm_avx2 = {"avx2", layer_norm, layer_norm_backward};
}  // namespace attune::kernels
