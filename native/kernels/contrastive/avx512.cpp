// Softmax kernels for x86 CPUs with AVX-512: sixteen lanes.
//
// This file alone is compiled with AVX-512 flags. It includes intrinsics and its own header only.
#include <immintrin.h>
#include "contrastive.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kLanes = 16;
constexpr float kNothing = -3.402823466e+38f;  // -FLT_MAX: its exponential is 0

// exp(x) = 2^n * exp(r), as avx2.cpp: there is said where the polynomial comes from.
__m512 exponential(__m512 x_f32x16) noexcept {
  const __m512 least_f32x16 = _mm512_set1_ps(-87.33f);
  const __mmask16 stays = _mm512_cmp_ps_mask(x_f32x16, least_f32x16, _CMP_NLT_UQ);  // a NaN stays one
  const __m512 n_f32x16 = _mm512_roundscale_ps(_mm512_mul_ps(x_f32x16, _mm512_set1_ps(1.44269504f)),
                                               _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 r_f32x16 = _mm512_fnmadd_ps(n_f32x16, _mm512_set1_ps(0.693359375f), x_f32x16);
  r_f32x16 = _mm512_fnmadd_ps(n_f32x16, _mm512_set1_ps(-2.12194440e-4f), r_f32x16);
  __m512 p_f32x16 = _mm512_set1_ps(1.9875691500e-4f);
  p_f32x16 = _mm512_fmadd_ps(p_f32x16, r_f32x16, _mm512_set1_ps(1.3981999507e-3f));
  p_f32x16 = _mm512_fmadd_ps(p_f32x16, r_f32x16, _mm512_set1_ps(8.3334519073e-3f));
  p_f32x16 = _mm512_fmadd_ps(p_f32x16, r_f32x16, _mm512_set1_ps(4.1665795894e-2f));
  p_f32x16 = _mm512_fmadd_ps(p_f32x16, r_f32x16, _mm512_set1_ps(1.6666665459e-1f));
  p_f32x16 = _mm512_fmadd_ps(p_f32x16, r_f32x16, _mm512_set1_ps(5.0000001201e-1f));
  p_f32x16 = _mm512_fmadd_ps(p_f32x16, _mm512_mul_ps(r_f32x16, r_f32x16),
                             _mm512_add_ps(r_f32x16, _mm512_set1_ps(1.0f)));
  return _mm512_maskz_scalef_ps(stays, p_f32x16, n_f32x16);
}

__mmask16 lanes_below(std::size_t count) noexcept { return static_cast<__mmask16>((1u << count) - 1u); }

void merge_row(const float* logits, std::size_t cols, float* max, float* sum) noexcept {
  const std::size_t whole = cols / kLanes * kLanes;
  const __mmask16 rest = lanes_below(cols - whole);
  const __m512 last_f32x16 = _mm512_mask_loadu_ps(_mm512_set1_ps(kNothing), rest, logits + whole);
  __m512 top_f32x16 = _mm512_max_ps(_mm512_set1_ps(*max), last_f32x16);
  for (std::size_t j = 0; j < whole; j += kLanes)
    top_f32x16 = _mm512_max_ps(top_f32x16, _mm512_loadu_ps(logits + j));
  const float top = _mm512_reduce_max_ps(top_f32x16);

  top_f32x16 = _mm512_set1_ps(top);
  const float kept = _mm512_cvtss_f32(exponential(_mm512_set1_ps(*max - top)));
  __m512 sum_f32x16 = _mm512_maskz_mov_ps(rest, exponential(_mm512_sub_ps(last_f32x16, top_f32x16)));
  for (std::size_t j = 0; j < whole; j += kLanes) {
    sum_f32x16 =
        _mm512_add_ps(sum_f32x16, exponential(_mm512_sub_ps(_mm512_loadu_ps(logits + j), top_f32x16)));
  }
  *max = top;
  *sum = *sum * kept + _mm512_reduce_add_ps(sum_f32x16);
}

void raise_maxima(const float* logits, std::size_t cols, float* maxima) noexcept {
  const std::size_t whole = cols / kLanes * kLanes;
  for (std::size_t j = 0; j < whole; j += kLanes) {
    _mm512_storeu_ps(maxima + j, _mm512_max_ps(_mm512_loadu_ps(logits + j), _mm512_loadu_ps(maxima + j)));
  }
  for (std::size_t j = whole; j < cols; ++j) maxima[j] = logits[j] > maxima[j] ? logits[j] : maxima[j];
}

void add_exponentials(const float* logits, const float* maxima, std::size_t cols, float* sums) noexcept {
  for (std::size_t j = 0; j < cols; j += kLanes) {
    const __mmask16 lanes = cols - j < kLanes ? lanes_below(cols - j) : static_cast<__mmask16>(0xffff);
    const __m512 exp_f32x16 = exponential(
        _mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, logits + j), _mm512_maskz_loadu_ps(lanes, maxima + j)));
    _mm512_mask_storeu_ps(sums + j, lanes, _mm512_add_ps(_mm512_maskz_loadu_ps(lanes, sums + j), exp_f32x16));
  }
}

void gradient(float* logits, std::size_t cols, float row_log_sum, float row_weight,
              const float* column_log_sums, const float* column_weights) noexcept {
  const __m512 log_sum_f32x16 = _mm512_set1_ps(row_log_sum);
  const __m512 weight_f32x16 = _mm512_set1_ps(row_weight);
  for (std::size_t j = 0; j < cols; j += kLanes) {
    const __mmask16 lanes = cols - j < kLanes ? lanes_below(cols - j) : static_cast<__mmask16>(0xffff);
    const __m512 logits_f32x16 = _mm512_maskz_loadu_ps(lanes, logits + j);
    const __m512 row_f32x16 =
        _mm512_mul_ps(weight_f32x16, exponential(_mm512_sub_ps(logits_f32x16, log_sum_f32x16)));
    const __m512 column_f32x16 =
        exponential(_mm512_sub_ps(logits_f32x16, _mm512_maskz_loadu_ps(lanes, column_log_sums + j)));
    _mm512_mask_storeu_ps(
        logits + j, lanes,
        _mm512_fmadd_ps(_mm512_maskz_loadu_ps(lanes, column_weights + j), column_f32x16, row_f32x16));
  }
}

}  // namespace

const ContrastiveKernels contrastive_avx512 = {"avx512", merge_row, raise_maxima, add_exponentials, gradient};
}  // namespace attune::kernels
