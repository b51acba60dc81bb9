// Activations for x86 CPUs with AVX2 and FMA: eight lanes.
//
// The GELU is taken as x where x is above zero, else 0, less what the tail of the normal distribution takes
// away:
//
//   gelu(x) = max(x, 0) - a P(normal > a),   a = |x|,   P(normal > a) = exp(-a^2 / 2) N(a) / D(a)
//
// The second term is at most 0.17, so its rounding is small beside that of x, and 1 + erf, which loses every
// digit far below zero, never occurs. N / D (degrees 3 and 4, all coefficients above zero) is our own minimax
// fit of exp(a^2 / 2) P(normal > a) on [0, 14]. Weighted with a exp(-a^2 / 2), it errs by 4e-10 at most.
// Beyond 14 the exponential is 0 in float32.
//
// This file alone is compiled with -mavx2 -mfma. It includes intrinsics and its own header only.
#include <immintrin.h>
#include "activation.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kLanes = 8;

__m256 constant(float value) noexcept { return _mm256_set1_ps(value); }
__m256 absolute(__m256 x_f32x8) noexcept { return _mm256_andnot_ps(constant(-0.0f), x_f32x8); }

//   exp(y) = 2^n e^f   for y <= 0, with n whole and |f| <= ln(2) / 2
//
// A polynomial (our own minimax fit, 3e-9) gives e^f. ln(2) is taken off in two parts, the first of which is
// exact. Below the least normal number the result is 0.
__m256 exp_of_negative(__m256 y_f32x8) noexcept {
  const __m256 kept_f32x8 =
      _mm256_max_ps(constant(-87.0f), y_f32x8);  // a NaN stays one: max gives its second
  const __m256 n_f32x8 = _mm256_round_ps(_mm256_mul_ps(kept_f32x8, constant(1.44269504f)),
                                         _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 f_f32x8 = _mm256_fnmadd_ps(n_f32x8, constant(0.693359375f), kept_f32x8);
  f_f32x8 = _mm256_fnmadd_ps(n_f32x8, constant(-2.12194440e-4f), f_f32x8);
  __m256 e_f32x8 = _mm256_fmadd_ps(constant(1.381460176e-3f), f_f32x8, constant(8.368715230e-3f));
  e_f32x8 = _mm256_fmadd_ps(e_f32x8, f_f32x8, constant(4.166838789e-2f));
  e_f32x8 = _mm256_fmadd_ps(e_f32x8, f_f32x8, constant(1.666652065e-1f));
  e_f32x8 = _mm256_fmadd_ps(e_f32x8, f_f32x8, constant(4.999999345e-1f));
  e_f32x8 = _mm256_fmadd_ps(e_f32x8, f_f32x8, constant(1.0f));
  e_f32x8 = _mm256_fmadd_ps(e_f32x8, f_f32x8, constant(1.0f));
  const __m256i exponent_i32x8 =
      _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n_f32x8), _mm256_set1_epi32(127)), 23);
  const __m256 result_f32x8 = _mm256_mul_ps(e_f32x8, _mm256_castsi256_ps(exponent_i32x8));
  return _mm256_andnot_ps(_mm256_cmp_ps(y_f32x8, constant(-87.0f), _CMP_LT_OQ), result_f32x8);
}

struct GeluTail {
  __m256 over_f32x8, under_f32x8;
};

GeluTail gelu_tail(__m256 a_f32x8) noexcept {
  __m256 over_f32x8 = _mm256_fmadd_ps(constant(1.127723555e-2f), a_f32x8, constant(9.319528677e-2f));
  over_f32x8 = _mm256_fmadd_ps(over_f32x8, a_f32x8, constant(3.121120432e-1f));
  over_f32x8 = _mm256_fmadd_ps(over_f32x8, a_f32x8, constant(4.999999746e-1f));
  __m256 under_f32x8 = _mm256_fmadd_ps(constant(2.831797752e-2f), a_f32x8, constant(2.325514466e-1f));
  under_f32x8 = _mm256_fmadd_ps(under_f32x8, a_f32x8, constant(8.210774231e-1f));
  under_f32x8 = _mm256_fmadd_ps(under_f32x8, a_f32x8, constant(1.422107467f));
  under_f32x8 = _mm256_fmadd_ps(under_f32x8, a_f32x8, constant(1.0f));
  return {over_f32x8, under_f32x8};
}

__m256 gelu_of(__m256 x_f32x8) noexcept {
  const __m256 a_f32x8 = _mm256_min_ps(constant(14.0f), absolute(x_f32x8));
  const __m256 exp_f32x8 = exp_of_negative(_mm256_mul_ps(_mm256_mul_ps(a_f32x8, a_f32x8), constant(-0.5f)));
  const GeluTail tail = gelu_tail(a_f32x8);
  const __m256 weighted_f32x8 = _mm256_mul_ps(_mm256_mul_ps(a_f32x8, exp_f32x8), tail.over_f32x8);
  return _mm256_sub_ps(_mm256_max_ps(_mm256_setzero_ps(), x_f32x8),
                       _mm256_div_ps(weighted_f32x8, tail.under_f32x8));
}

// Likewise:
//
//   (1 + tanh(u)) / 2 = 1 - e / (1 + e)   with e = exp(-2u) and 2u = a (1.59576912 + 0.071354816 a^2)
__m256 gelu_tanh_of(__m256 x_f32x8) noexcept {
  const __m256 a_f32x8 = _mm256_min_ps(constant(14.0f), absolute(x_f32x8));
  const __m256 slope_f32x8 =
      _mm256_fmadd_ps(_mm256_mul_ps(a_f32x8, a_f32x8), constant(-0.071354816f), constant(-1.59576912f));
  const __m256 exp_f32x8 = exp_of_negative(_mm256_mul_ps(slope_f32x8, a_f32x8));
  const __m256 tail_f32x8 =
      _mm256_div_ps(_mm256_mul_ps(a_f32x8, exp_f32x8), _mm256_add_ps(constant(1.0f), exp_f32x8));
  return _mm256_sub_ps(_mm256_max_ps(_mm256_setzero_ps(), x_f32x8), tail_f32x8);
}

__m256 relu_of(__m256 x_f32x8) noexcept { return _mm256_max_ps(_mm256_setzero_ps(), x_f32x8); }

//   tanh |x| = (1 - e) / (1 + e)   with e = exp(-2 |x|)
//
// where that keeps its digits; near zero an odd polynomial, whose coefficients are those of the Cephes
// library's tanhf (Moshier).
__m256 tanh_of(__m256 x_f32x8) noexcept {
  const __m256 a_f32x8 = absolute(x_f32x8);
  const __m256 square_f32x8 = _mm256_mul_ps(x_f32x8, x_f32x8);
  __m256 near_f32x8 =
      _mm256_fmadd_ps(constant(-5.70498872745e-3f), square_f32x8, constant(2.06390887954e-2f));
  near_f32x8 = _mm256_fmadd_ps(near_f32x8, square_f32x8, constant(-5.37397155531e-2f));
  near_f32x8 = _mm256_fmadd_ps(near_f32x8, square_f32x8, constant(1.33314422036e-1f));
  near_f32x8 = _mm256_fmadd_ps(near_f32x8, square_f32x8, constant(-3.33332819422e-1f));
  near_f32x8 = _mm256_fmadd_ps(_mm256_mul_ps(near_f32x8, square_f32x8), x_f32x8, x_f32x8);
  const __m256 exp_f32x8 = exp_of_negative(_mm256_mul_ps(a_f32x8, constant(-2.0f)));
  const __m256 far_f32x8 =
      _mm256_div_ps(_mm256_sub_ps(constant(1.0f), exp_f32x8), _mm256_add_ps(constant(1.0f), exp_f32x8));
  const __m256 signed_far_f32x8 = _mm256_or_ps(far_f32x8, _mm256_and_ps(x_f32x8, constant(-0.0f)));
  const __m256 is_near = _mm256_cmp_ps(a_f32x8, constant(0.625f), _CMP_LT_OQ);
  return _mm256_blendv_ps(signed_far_f32x8, near_f32x8, is_near);
}

struct Slope {
  __m256 output_f32x8, slope_f32x8;
};

__m256 is_negative(__m256 x_f32x8) noexcept {
  return _mm256_cmp_ps(x_f32x8, _mm256_setzero_ps(), _CMP_LT_OQ);
}

//   gelu'(x) = P(normal < x) + x * density(x)
Slope gelu_slope(__m256 x_f32x8) noexcept {
  const __m256 a_f32x8 = _mm256_min_ps(constant(14.0f), absolute(x_f32x8));
  const __m256 exp_f32x8 = exp_of_negative(_mm256_mul_ps(_mm256_mul_ps(a_f32x8, a_f32x8), constant(-0.5f)));
  const GeluTail tail = gelu_tail(a_f32x8);
  const __m256 below_f32x8 = _mm256_div_ps(_mm256_mul_ps(exp_f32x8, tail.over_f32x8), tail.under_f32x8);
  const __m256 share_f32x8 =
      _mm256_blendv_ps(_mm256_sub_ps(constant(1.0f), below_f32x8), below_f32x8, is_negative(x_f32x8));
  const __m256 density_f32x8 = _mm256_mul_ps(constant(0.39894228f), exp_f32x8);
  return {gelu_of(x_f32x8), _mm256_fmadd_ps(x_f32x8, density_f32x8, share_f32x8)};
}

// With s = 1 / (1 + e), the share of x that passes for x > 0:
//
//   slope = s + x s (1 - s) (1.59576912 + 3 * 0.071354816 x^2)
Slope gelu_tanh_slope(__m256 x_f32x8) noexcept {
  const __m256 a_f32x8 = _mm256_min_ps(constant(14.0f), absolute(x_f32x8));
  const __m256 square_f32x8 = _mm256_mul_ps(a_f32x8, a_f32x8);
  const __m256 rate_f32x8 = _mm256_fmadd_ps(square_f32x8, constant(-0.071354816f), constant(-1.59576912f));
  const __m256 exp_f32x8 = exp_of_negative(_mm256_mul_ps(rate_f32x8, a_f32x8));
  const __m256 passes_f32x8 = _mm256_div_ps(constant(1.0f), _mm256_add_ps(constant(1.0f), exp_f32x8));
  const __m256 rest_f32x8 = _mm256_mul_ps(exp_f32x8, passes_f32x8);
  const __m256 share_f32x8 = _mm256_blendv_ps(passes_f32x8, rest_f32x8, is_negative(x_f32x8));
  const __m256 steep_f32x8 = _mm256_fmadd_ps(square_f32x8, constant(0.214064448f), constant(1.59576912f));
  const __m256 change_f32x8 = _mm256_mul_ps(_mm256_mul_ps(passes_f32x8, rest_f32x8), steep_f32x8);
  return {gelu_tanh_of(x_f32x8), _mm256_fmadd_ps(x_f32x8, change_f32x8, share_f32x8)};
}

Slope relu_slope(__m256 x_f32x8) noexcept {
  const __m256 passes_f32x8 = _mm256_cmp_ps(x_f32x8, _mm256_setzero_ps(), _CMP_GT_OQ);
  return {relu_of(x_f32x8), _mm256_and_ps(passes_f32x8, constant(1.0f))};
}

// The first `count` lanes of memory, the others filled.
__m256 load_lanes(const float* values, std::size_t count, float filling) noexcept {
  float lanes[kLanes];
  for (std::size_t i = 0; i < kLanes; ++i) lanes[i] = i < count ? values[i] : filling;
  return _mm256_loadu_ps(lanes);
}

void store_lanes(float* values, std::size_t count, __m256 x_f32x8) noexcept {
  float lanes[kLanes];
  _mm256_storeu_ps(lanes, x_f32x8);
  for (std::size_t i = 0; i < count; ++i) values[i] = lanes[i];
}

// The end of a row passes through the same registers,
// so that an element's result does not depend on its place.
template <__m256 (*function)(__m256) noexcept>
void for_each(float* values, std::size_t count) noexcept {
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes)
    _mm256_storeu_ps(values + i, function(_mm256_loadu_ps(values + i)));
  if (i < count) store_lanes(values + i, count - i, function(load_lanes(values + i, count - i, 0.0f)));
}

template <Slope (*function)(__m256) noexcept>
void backward(const float* inputs, float* gradients, float* outputs, std::size_t count) noexcept {
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const Slope at = function(_mm256_loadu_ps(inputs + i));
    _mm256_storeu_ps(gradients + i, _mm256_mul_ps(_mm256_loadu_ps(gradients + i), at.slope_f32x8));
    _mm256_storeu_ps(outputs + i, at.output_f32x8);
  }
  if (i == count) return;
  const Slope at = function(load_lanes(inputs + i, count - i, 0.0f));
  const __m256 gradient_f32x8 = load_lanes(gradients + i, count - i, 0.0f);
  store_lanes(gradients + i, count - i, _mm256_mul_ps(gradient_f32x8, at.slope_f32x8));
  store_lanes(outputs + i, count - i, at.output_f32x8);
}

void softmax(float* row, std::size_t count, float scale) noexcept {
  const std::size_t whole = count / kLanes * kLanes;
  const float lowest = -__builtin_inff();
  __m256 top_f32x8 = constant(lowest);
  for (std::size_t i = 0; i < whole; i += kLanes)
    top_f32x8 = _mm256_max_ps(top_f32x8, _mm256_loadu_ps(row + i));
  if (whole < count) top_f32x8 = _mm256_max_ps(top_f32x8, load_lanes(row + whole, count - whole, lowest));
  float lanes[kLanes];
  _mm256_storeu_ps(lanes, top_f32x8);
  float top = lanes[0];
  for (std::size_t i = 1; i < kLanes; ++i) top = lanes[i] > top ? lanes[i] : top;

  __m256 sum_f32x8 = _mm256_setzero_ps();
  for (std::size_t i = 0; i < count; i += kLanes) {
    const __m256 x_f32x8 = i < whole ? _mm256_loadu_ps(row + i) : load_lanes(row + i, count - i, lowest);
    const __m256 below_f32x8 = _mm256_mul_ps(_mm256_sub_ps(x_f32x8, constant(top)), constant(scale));
    const __m256 exp_f32x8 = exp_of_negative(below_f32x8);  // 0 in the lanes filled
    sum_f32x8 = _mm256_add_ps(sum_f32x8, exp_f32x8);
    if (i < whole) {
      _mm256_storeu_ps(row + i, exp_f32x8);
    } else {
      store_lanes(row + i, count - i, exp_f32x8);
    }
  }
  _mm256_storeu_ps(lanes, sum_f32x8);
  const float sum =
      ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
  const float share = 1.0f / sum;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    _mm256_storeu_ps(row + i, _mm256_mul_ps(_mm256_loadu_ps(row + i), constant(share)));
  }
  for (std::size_t i = whole; i < count; ++i) row[i] *= share;
}

void softmax_backward(const float* probabilities, float* gradients, std::size_t count, float scale) noexcept {
  const std::size_t whole = count / kLanes * kLanes;
  __m256 sum_f32x8 = _mm256_setzero_ps();
  for (std::size_t i = 0; i < whole; i += kLanes) {
    sum_f32x8 =
        _mm256_fmadd_ps(_mm256_loadu_ps(probabilities + i), _mm256_loadu_ps(gradients + i), sum_f32x8);
  }
  float lanes[kLanes];
  _mm256_storeu_ps(lanes, sum_f32x8);
  float sum =
      ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
  for (std::size_t i = whole; i < count; ++i) sum += probabilities[i] * gradients[i];
  for (std::size_t i = 0; i < whole; i += kLanes) {
    const __m256 p_f32x8 = _mm256_mul_ps(constant(scale), _mm256_loadu_ps(probabilities + i));
    const __m256 apart_f32x8 = _mm256_sub_ps(_mm256_loadu_ps(gradients + i), constant(sum));
    _mm256_storeu_ps(gradients + i, _mm256_mul_ps(p_f32x8, apart_f32x8));
  }
  for (std::size_t i = whole; i < count; ++i) gradients[i] = scale * probabilities[i] * (gradients[i] - sum);
}

}  // namespace

const ActivationKernels activation_avx2 = {
    "avx2",  for_each<gelu_of>,    for_each<gelu_tanh_of>,    for_each<relu_of>,    for_each<tanh_of>,
    softmax, backward<gelu_slope>, backward<gelu_tanh_slope>, backward<relu_slope>, softmax_backward,
};
}  // namespace attune::kernels
