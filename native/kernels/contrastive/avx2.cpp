// Softmax kernels for x86 CPUs with AVX2 and FMA: eight lanes.
//
// This file alone is compiled with -mavx2 -mfma. It includes intrinsics and its own header only.
#include <immintrin.h>
#include "contrastive.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kLanes = 8;
constexpr float kNothing = -3.402823466e+38f;  // -FLT_MAX: its exponential is 0

//   exp(x) = 2^n * exp(r)   with n = round(x / ln 2) and |r| <= ln 2 / 2
//
// ln 2 is taken off in two parts, so that r is exact to the last bits. The polynomial for exp(r) is Cephes'
// expf (Moshier), relative error 2e-7 on that interval. The result is 0 below -87.33, and right up to 88.
__m256 exponential(__m256 x_f32x8) noexcept {
  const __m256 least_f32x8 = _mm256_set1_ps(-87.33f);
  const __m256 vanishes_f32x8 = _mm256_cmp_ps(x_f32x8, least_f32x8, _CMP_LT_OQ);
  x_f32x8 = _mm256_max_ps(least_f32x8, x_f32x8);  // a NaN, as second operand, stays one
  const __m256 n_f32x8 = _mm256_round_ps(_mm256_mul_ps(x_f32x8, _mm256_set1_ps(1.44269504f)),
                                         _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 r_f32x8 = _mm256_fnmadd_ps(n_f32x8, _mm256_set1_ps(0.693359375f), x_f32x8);
  r_f32x8 = _mm256_fnmadd_ps(n_f32x8, _mm256_set1_ps(-2.12194440e-4f), r_f32x8);
  __m256 p_f32x8 = _mm256_set1_ps(1.9875691500e-4f);
  p_f32x8 = _mm256_fmadd_ps(p_f32x8, r_f32x8, _mm256_set1_ps(1.3981999507e-3f));
  p_f32x8 = _mm256_fmadd_ps(p_f32x8, r_f32x8, _mm256_set1_ps(8.3334519073e-3f));
  p_f32x8 = _mm256_fmadd_ps(p_f32x8, r_f32x8, _mm256_set1_ps(4.1665795894e-2f));
  p_f32x8 = _mm256_fmadd_ps(p_f32x8, r_f32x8, _mm256_set1_ps(1.6666665459e-1f));
  p_f32x8 = _mm256_fmadd_ps(p_f32x8, r_f32x8, _mm256_set1_ps(5.0000001201e-1f));
  p_f32x8 =
      _mm256_fmadd_ps(p_f32x8, _mm256_mul_ps(r_f32x8, r_f32x8), _mm256_add_ps(r_f32x8, _mm256_set1_ps(1.0f)));
  const __m256i power_i32x8 =
      _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n_f32x8), _mm256_set1_epi32(127)), 23);
  return _mm256_andnot_ps(vanishes_f32x8, _mm256_mul_ps(p_f32x8, _mm256_castsi256_ps(power_i32x8)));
}

// All lanes below `count`.
__m256i lanes_below(std::size_t count) noexcept {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)),
                            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

__m256 load_or(const float* from, __m256i lanes_i32x8, float otherwise) noexcept {
  return _mm256_blendv_ps(_mm256_set1_ps(otherwise), _mm256_maskload_ps(from, lanes_i32x8),
                          _mm256_castsi256_ps(lanes_i32x8));
}

float max_of_lanes(__m256 v_f32x8) noexcept {
  __m128 v_f32x4 = _mm_max_ps(_mm256_castps256_ps128(v_f32x8), _mm256_extractf128_ps(v_f32x8, 1));
  v_f32x4 = _mm_max_ps(v_f32x4, _mm_movehl_ps(v_f32x4, v_f32x4));
  return _mm_cvtss_f32(_mm_max_ss(v_f32x4, _mm_movehdup_ps(v_f32x4)));
}

float sum_of_lanes(__m256 v_f32x8) noexcept {
  __m128 v_f32x4 = _mm_add_ps(_mm256_castps256_ps128(v_f32x8), _mm256_extractf128_ps(v_f32x8, 1));
  v_f32x4 = _mm_add_ps(v_f32x4, _mm_movehl_ps(v_f32x4, v_f32x4));
  return _mm_cvtss_f32(_mm_add_ss(v_f32x4, _mm_movehdup_ps(v_f32x4)));
}

void merge_row(const float* logits, std::size_t cols, float* max, float* sum) noexcept {
  const std::size_t whole = cols / kLanes * kLanes;
  const __m256i rest_i32x8 = lanes_below(cols - whole);
  __m256 top_f32x8 = _mm256_set1_ps(*max);
  for (std::size_t j = 0; j < whole; j += kLanes)
    top_f32x8 = _mm256_max_ps(top_f32x8, _mm256_loadu_ps(logits + j));
  top_f32x8 = _mm256_max_ps(top_f32x8, load_or(logits + whole, rest_i32x8, kNothing));
  const float top = max_of_lanes(top_f32x8);

  top_f32x8 = _mm256_set1_ps(top);
  const float kept = _mm256_cvtss_f32(exponential(_mm256_set1_ps(*max - top)));
  __m256 sum_f32x8 = _mm256_setzero_ps();
  for (std::size_t j = 0; j < whole; j += kLanes) {
    sum_f32x8 = _mm256_add_ps(sum_f32x8, exponential(_mm256_sub_ps(_mm256_loadu_ps(logits + j), top_f32x8)));
  }
  const __m256 last_f32x8 =
      exponential(_mm256_sub_ps(load_or(logits + whole, rest_i32x8, kNothing), top_f32x8));
  sum_f32x8 = _mm256_add_ps(sum_f32x8, _mm256_and_ps(last_f32x8, _mm256_castsi256_ps(rest_i32x8)));
  *max = top;
  *sum = *sum * kept + sum_of_lanes(sum_f32x8);
}

void raise_maxima(const float* logits, std::size_t cols, float* maxima) noexcept {
  const std::size_t whole = cols / kLanes * kLanes;
  for (std::size_t j = 0; j < whole; j += kLanes) {
    _mm256_storeu_ps(maxima + j, _mm256_max_ps(_mm256_loadu_ps(logits + j), _mm256_loadu_ps(maxima + j)));
  }
  for (std::size_t j = whole; j < cols; ++j) maxima[j] = logits[j] > maxima[j] ? logits[j] : maxima[j];
}

void add_exponentials(const float* logits, const float* maxima, std::size_t cols, float* sums) noexcept {
  const std::size_t whole = cols / kLanes * kLanes;
  const __m256i rest_i32x8 = lanes_below(cols - whole);
  for (std::size_t j = 0; j < whole; j += kLanes) {
    const __m256 exp_f32x8 =
        exponential(_mm256_sub_ps(_mm256_loadu_ps(logits + j), _mm256_loadu_ps(maxima + j)));
    _mm256_storeu_ps(sums + j, _mm256_add_ps(_mm256_loadu_ps(sums + j), exp_f32x8));
  }
  const __m256 exp_f32x8 = exponential(_mm256_sub_ps(_mm256_maskload_ps(logits + whole, rest_i32x8),
                                                     _mm256_maskload_ps(maxima + whole, rest_i32x8)));
  _mm256_maskstore_ps(sums + whole, rest_i32x8,
                      _mm256_add_ps(_mm256_maskload_ps(sums + whole, rest_i32x8), exp_f32x8));
}

__m256 gradient_of(__m256 logits_f32x8, __m256 row_log_sum_f32x8, __m256 row_weight_f32x8,
                   __m256 column_log_sums_f32x8, __m256 column_weights_f32x8) noexcept {
  const __m256 row_f32x8 =
      _mm256_mul_ps(row_weight_f32x8, exponential(_mm256_sub_ps(logits_f32x8, row_log_sum_f32x8)));
  return _mm256_fmadd_ps(column_weights_f32x8,
                         exponential(_mm256_sub_ps(logits_f32x8, column_log_sums_f32x8)), row_f32x8);
}

void gradient(float* logits, std::size_t cols, float row_log_sum, float row_weight,
              const float* column_log_sums, const float* column_weights) noexcept {
  const __m256 log_sum_f32x8 = _mm256_set1_ps(row_log_sum);
  const __m256 weight_f32x8 = _mm256_set1_ps(row_weight);
  const std::size_t whole = cols / kLanes * kLanes;
  for (std::size_t j = 0; j < whole; j += kLanes) {
    _mm256_storeu_ps(logits + j,
                     gradient_of(_mm256_loadu_ps(logits + j), log_sum_f32x8, weight_f32x8,
                                 _mm256_loadu_ps(column_log_sums + j), _mm256_loadu_ps(column_weights + j)));
  }
  const __m256i rest_i32x8 = lanes_below(cols - whole);
  _mm256_maskstore_ps(logits + whole, rest_i32x8,
                      gradient_of(_mm256_maskload_ps(logits + whole, rest_i32x8), log_sum_f32x8, weight_f32x8,
                                  _mm256_maskload_ps(column_log_sums + whole, rest_i32x8),
                                  _mm256_maskload_ps(column_weights + whole, rest_i32x8)));
}

}  // namespace

const ContrastiveKernels contrastive_avx2 = {"avx2", merge_row, raise_maxima, add_exponentials, gradient};
}  // namespace attune::kernels
