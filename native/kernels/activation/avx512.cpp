// Activations for x86 CPUs with AVX-512: sixteen lanes. The formulas are explained in avx2.cpp.
//
// This file alone is compiled with AVX-512 flags. It includes intrinsics and its own header only.
#include <immintrin.h>
#include "activation.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kLanes = 16;

__m512 constant(float value) noexcept { return _mm512_set1_ps(value); }
__m512 absolute(__m512 x_f32x16) noexcept { return _mm512_abs_ps(x_f32x16); }

__mmask16 first_lanes(std::size_t count) noexcept {
  return static_cast<__mmask16>(count >= kLanes ? 0xffffu : (1u << count) - 1u);
}

// exp(y) for y <= 0.
__m512 exp_of_negative(__m512 y_f32x16) noexcept {
  const __m512 n_f32x16 = _mm512_roundscale_ps(_mm512_mul_ps(y_f32x16, constant(1.44269504f)),
                                               _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 f_f32x16 = _mm512_fnmadd_ps(n_f32x16, constant(0.693359375f), y_f32x16);
  f_f32x16 = _mm512_fnmadd_ps(n_f32x16, constant(-2.12194440e-4f), f_f32x16);
  __m512 e_f32x16 = _mm512_fmadd_ps(constant(1.381460176e-3f), f_f32x16, constant(8.368715230e-3f));
  e_f32x16 = _mm512_fmadd_ps(e_f32x16, f_f32x16, constant(4.166838789e-2f));
  e_f32x16 = _mm512_fmadd_ps(e_f32x16, f_f32x16, constant(1.666652065e-1f));
  e_f32x16 = _mm512_fmadd_ps(e_f32x16, f_f32x16, constant(4.999999345e-1f));
  e_f32x16 = _mm512_fmadd_ps(e_f32x16, f_f32x16, constant(1.0f));
  e_f32x16 = _mm512_fmadd_ps(e_f32x16, f_f32x16, constant(1.0f));
  return _mm512_scalef_ps(e_f32x16, n_f32x16);
}

struct GeluTail {
  __m512 over_f32x16, under_f32x16;
};

GeluTail gelu_tail(__m512 a_f32x16) noexcept {
  __m512 over_f32x16 = _mm512_fmadd_ps(constant(1.127723555e-2f), a_f32x16, constant(9.319528677e-2f));
  over_f32x16 = _mm512_fmadd_ps(over_f32x16, a_f32x16, constant(3.121120432e-1f));
  over_f32x16 = _mm512_fmadd_ps(over_f32x16, a_f32x16, constant(4.999999746e-1f));
  __m512 under_f32x16 = _mm512_fmadd_ps(constant(2.831797752e-2f), a_f32x16, constant(2.325514466e-1f));
  under_f32x16 = _mm512_fmadd_ps(under_f32x16, a_f32x16, constant(8.210774231e-1f));
  under_f32x16 = _mm512_fmadd_ps(under_f32x16, a_f32x16, constant(1.422107467f));
  under_f32x16 = _mm512_fmadd_ps(under_f32x16, a_f32x16, constant(1.0f));
  return {over_f32x16, under_f32x16};
}

__m512 gelu_of(__m512 x_f32x16) noexcept {
  const __m512 a_f32x16 = _mm512_min_ps(constant(14.0f), absolute(x_f32x16));
  const __m512 half_square_f32x16 = _mm512_mul_ps(_mm512_mul_ps(a_f32x16, a_f32x16), constant(-0.5f));
  const __m512 exp_f32x16 = exp_of_negative(half_square_f32x16);
  const GeluTail tail = gelu_tail(a_f32x16);
  const __m512 weighted_f32x16 = _mm512_mul_ps(_mm512_mul_ps(a_f32x16, exp_f32x16), tail.over_f32x16);
  return _mm512_sub_ps(_mm512_max_ps(_mm512_setzero_ps(), x_f32x16),
                       _mm512_div_ps(weighted_f32x16, tail.under_f32x16));
}

__m512 gelu_tanh_of(__m512 x_f32x16) noexcept {
  const __m512 a_f32x16 = _mm512_min_ps(constant(14.0f), absolute(x_f32x16));
  const __m512 square_f32x16 = _mm512_mul_ps(a_f32x16, a_f32x16);
  const __m512 slope_f32x16 = _mm512_fmadd_ps(square_f32x16, constant(-0.071354816f), constant(-1.59576912f));
  const __m512 exp_f32x16 = exp_of_negative(_mm512_mul_ps(slope_f32x16, a_f32x16));
  const __m512 tail_f32x16 =
      _mm512_div_ps(_mm512_mul_ps(a_f32x16, exp_f32x16), _mm512_add_ps(constant(1.0f), exp_f32x16));
  return _mm512_sub_ps(_mm512_max_ps(_mm512_setzero_ps(), x_f32x16), tail_f32x16);
}

__m512 relu_of(__m512 x_f32x16) noexcept { return _mm512_max_ps(_mm512_setzero_ps(), x_f32x16); }

__m512 tanh_of(__m512 x_f32x16) noexcept {
  const __m512 a_f32x16 = absolute(x_f32x16);
  const __m512 square_f32x16 = _mm512_mul_ps(x_f32x16, x_f32x16);
  __m512 near_f32x16 =
      _mm512_fmadd_ps(constant(-5.70498872745e-3f), square_f32x16, constant(2.06390887954e-2f));
  near_f32x16 = _mm512_fmadd_ps(near_f32x16, square_f32x16, constant(-5.37397155531e-2f));
  near_f32x16 = _mm512_fmadd_ps(near_f32x16, square_f32x16, constant(1.33314422036e-1f));
  near_f32x16 = _mm512_fmadd_ps(near_f32x16, square_f32x16, constant(-3.33332819422e-1f));
  near_f32x16 = _mm512_fmadd_ps(_mm512_mul_ps(near_f32x16, square_f32x16), x_f32x16, x_f32x16);
  const __m512 exp_f32x16 = exp_of_negative(_mm512_mul_ps(a_f32x16, constant(-2.0f)));
  const __m512 far_f32x16 =
      _mm512_div_ps(_mm512_sub_ps(constant(1.0f), exp_f32x16), _mm512_add_ps(constant(1.0f), exp_f32x16));
  const __m512 signed_far_f32x16 = _mm512_or_ps(far_f32x16, _mm512_and_ps(x_f32x16, constant(-0.0f)));
  const __mmask16 is_near = _mm512_cmp_ps_mask(a_f32x16, constant(0.625f), _CMP_LT_OQ);
  return _mm512_mask_blend_ps(is_near, signed_far_f32x16, near_f32x16);
}

struct Slope {
  __m512 output_f32x16, slope_f32x16;
};

Slope gelu_slope(__m512 x_f32x16) noexcept {
  const __m512 a_f32x16 = _mm512_min_ps(constant(14.0f), absolute(x_f32x16));
  const __m512 exp_f32x16 =
      exp_of_negative(_mm512_mul_ps(_mm512_mul_ps(a_f32x16, a_f32x16), constant(-0.5f)));
  const GeluTail tail = gelu_tail(a_f32x16);
  const __m512 below_f32x16 = _mm512_div_ps(_mm512_mul_ps(exp_f32x16, tail.over_f32x16), tail.under_f32x16);
  const __mmask16 is_negative = _mm512_cmp_ps_mask(x_f32x16, _mm512_setzero_ps(), _CMP_LT_OQ);
  const __m512 share_f32x16 =
      _mm512_mask_mov_ps(_mm512_sub_ps(constant(1.0f), below_f32x16), is_negative, below_f32x16);
  const __m512 density_f32x16 = _mm512_mul_ps(constant(0.39894228f), exp_f32x16);
  return {gelu_of(x_f32x16), _mm512_fmadd_ps(x_f32x16, density_f32x16, share_f32x16)};
}

// With s = 1 / (1 + e), the share of x that passes for x > 0:
//
//   slope = s + x s (1 - s) (1.59576912 + 3 * 0.071354816 x^2)
Slope gelu_tanh_slope(__m512 x_f32x16) noexcept {
  const __m512 a_f32x16 = _mm512_min_ps(constant(14.0f), absolute(x_f32x16));
  const __m512 square_f32x16 = _mm512_mul_ps(a_f32x16, a_f32x16);
  const __m512 rate_f32x16 = _mm512_fmadd_ps(square_f32x16, constant(-0.071354816f), constant(-1.59576912f));
  const __m512 exp_f32x16 = exp_of_negative(_mm512_mul_ps(rate_f32x16, a_f32x16));
  const __m512 passes_f32x16 = _mm512_div_ps(constant(1.0f), _mm512_add_ps(constant(1.0f), exp_f32x16));
  const __m512 rest_f32x16 = _mm512_mul_ps(exp_f32x16, passes_f32x16);
  const __mmask16 is_negative = _mm512_cmp_ps_mask(x_f32x16, _mm512_setzero_ps(), _CMP_LT_OQ);
  const __m512 share_f32x16 = _mm512_mask_mov_ps(passes_f32x16, is_negative, rest_f32x16);
  const __m512 steep_f32x16 = _mm512_fmadd_ps(square_f32x16, constant(0.214064448f), constant(1.59576912f));
  const __m512 change_f32x16 = _mm512_mul_ps(_mm512_mul_ps(passes_f32x16, rest_f32x16), steep_f32x16);
  return {gelu_tanh_of(x_f32x16), _mm512_fmadd_ps(x_f32x16, change_f32x16, share_f32x16)};
}

Slope relu_slope(__m512 x_f32x16) noexcept {
  const __mmask16 passes = _mm512_cmp_ps_mask(x_f32x16, _mm512_setzero_ps(), _CMP_GT_OQ);
  return {relu_of(x_f32x16), _mm512_maskz_mov_ps(passes, constant(1.0f))};
}

template <__m512 (*function)(__m512) noexcept>
void for_each(float* values, std::size_t count) noexcept {
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes)
    _mm512_storeu_ps(values + i, function(_mm512_loadu_ps(values + i)));
  if (i < count) {
    const __mmask16 lanes = first_lanes(count - i);
    _mm512_mask_storeu_ps(values + i, lanes, function(_mm512_maskz_loadu_ps(lanes, values + i)));
  }
}

template <Slope (*function)(__m512) noexcept>
void backward(const float* inputs, float* gradients, float* outputs, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; i += kLanes) {
    const __mmask16 lanes = first_lanes(count - i);
    const Slope at = function(_mm512_maskz_loadu_ps(lanes, inputs + i));
    const __m512 gradient_f32x16 = _mm512_maskz_loadu_ps(lanes, gradients + i);
    _mm512_mask_storeu_ps(gradients + i, lanes, _mm512_mul_ps(gradient_f32x16, at.slope_f32x16));
    _mm512_mask_storeu_ps(outputs + i, lanes, at.output_f32x16);
  }
}

void softmax(float* row, std::size_t count, float scale) noexcept {
  __m512 top_f32x16 = constant(-__builtin_inff());
  for (std::size_t i = 0; i < count; i += kLanes) {
    const __mmask16 lanes = first_lanes(count - i);
    top_f32x16 = _mm512_mask_max_ps(top_f32x16, lanes, top_f32x16, _mm512_maskz_loadu_ps(lanes, row + i));
  }
  top_f32x16 = constant(_mm512_reduce_max_ps(top_f32x16));
  __m512 sum_f32x16 = _mm512_setzero_ps();
  for (std::size_t i = 0; i < count; i += kLanes) {
    const __mmask16 lanes = first_lanes(count - i);
    const __m512 below_f32x16 = _mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, row + i), top_f32x16);
    const __m512 exp_f32x16 = exp_of_negative(_mm512_mul_ps(below_f32x16, constant(scale)));
    sum_f32x16 = _mm512_mask_add_ps(sum_f32x16, lanes, sum_f32x16, exp_f32x16);
    _mm512_mask_storeu_ps(row + i, lanes, exp_f32x16);
  }
  const __m512 share_f32x16 = constant(1.0f / _mm512_reduce_add_ps(sum_f32x16));
  for (std::size_t i = 0; i < count; i += kLanes) {
    const __mmask16 lanes = first_lanes(count - i);
    _mm512_mask_storeu_ps(row + i, lanes, _mm512_mul_ps(_mm512_maskz_loadu_ps(lanes, row + i), share_f32x16));
  }
}

void softmax_backward(const float* probabilities, float* gradients, std::size_t count, float scale) noexcept {
  __m512 sum_f32x16 = _mm512_setzero_ps();
  for (std::size_t i = 0; i < count; i += kLanes) {
    const __mmask16 lanes = first_lanes(count - i);
    sum_f32x16 = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(lanes, probabilities + i),
                                 _mm512_maskz_loadu_ps(lanes, gradients + i), sum_f32x16);
  }
  sum_f32x16 = constant(_mm512_reduce_add_ps(sum_f32x16));
  for (std::size_t i = 0; i < count; i += kLanes) {
    const __mmask16 lanes = first_lanes(count - i);
    const __m512 p_f32x16 = _mm512_mul_ps(constant(scale), _mm512_maskz_loadu_ps(lanes, probabilities + i));
    const __m512 apart_f32x16 = _mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, gradients + i), sum_f32x16);
    _mm512_mask_storeu_ps(gradients + i, lanes, _mm512_mul_ps(p_f32x16, apart_f32x16));
  }
}

}  // namespace

const ActivationKernels activation_avx512 = {
    "avx512", for_each<gelu_of>,    for_each<gelu_tanh_of>,    for_each<relu_of>,    for_each<tanh_of>,
    softmax,  backward<gelu_slope>, backward<gelu_tanh_slope>, backward<relu_slope>, softmax_backward,
};
}  // namespace attune::kernels
