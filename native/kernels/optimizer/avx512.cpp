// AdamW for x86 CPUs with AVX-512: sixteen lanes. No fused multiply-add: see optimizer.h.
//
// This file alone is compiled with AVX-512 flags. It includes intrinsics and its own header only.
#include <immintrin.h>
#include "optimizer.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kLanes = 16;
using Lanes = __mmask16;

Lanes lanes_below(std::size_t count) noexcept {
  return static_cast<__mmask16>(count >= kLanes ? 0xffffu : (1u << count) - 1u);
}

__m512 load(const float* from, Lanes lanes) noexcept { return _mm512_maskz_loadu_ps(lanes, from); }

void store(float* to, Lanes lanes, __m512 value_f32x16) noexcept {
  _mm512_mask_storeu_ps(to, lanes, value_f32x16);
}

// 0 where the magnitude is below FLT_MIN; a NaN stays one.
__m512 without_denormals(__m512 value_f32x16) noexcept {
  const __mmask16 stays =
      _mm512_cmp_ps_mask(_mm512_abs_ps(value_f32x16), _mm512_set1_ps(1.175494351e-38f), _CMP_NLT_UQ);
  return _mm512_maskz_mov_ps(stays, value_f32x16);
}

struct State {
  __m512 w_f32x16, m_f32x16, v_f32x16;
};

void step_of(const AdamConstants& adam, const AdamStep& step, __m512 g_f32x16, __m512 anchor_f32x16,
             State& at) noexcept {
  at.m_f32x16 = without_denormals(_mm512_add_ps(_mm512_mul_ps(_mm512_set1_ps(adam.beta1), at.m_f32x16),
                                                _mm512_mul_ps(_mm512_set1_ps(1.0f - adam.beta1), g_f32x16)));
  at.v_f32x16 = without_denormals(
      _mm512_add_ps(_mm512_mul_ps(_mm512_set1_ps(adam.beta2), at.v_f32x16),
                    _mm512_mul_ps(_mm512_set1_ps(1.0f - adam.beta2), _mm512_mul_ps(g_f32x16, g_f32x16))));
  const __m512 root_f32x16 = _mm512_mul_ps(_mm512_sqrt_ps(at.v_f32x16), _mm512_set1_ps(step.root_correction));
  const __m512 change_f32x16 = _mm512_div_ps(_mm512_mul_ps(_mm512_set1_ps(step.size), at.m_f32x16),
                                             _mm512_add_ps(root_f32x16, _mm512_set1_ps(adam.epsilon)));
  const __m512 back_f32x16 =
      _mm512_mul_ps(_mm512_set1_ps(step.pull), _mm512_sub_ps(at.w_f32x16, anchor_f32x16));
  at.w_f32x16 = _mm512_sub_ps(_mm512_sub_ps(at.w_f32x16, back_f32x16), change_f32x16);
}

void update(const AdamConstants& adam, const AdamStep& step, const float* gradients, const float* anchors,
            float* weights, float* first_moments, float* second_moments, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; i += kLanes) {
    const Lanes lanes = lanes_below(count - i);
    State at = {load(weights + i, lanes), load(first_moments + i, lanes), load(second_moments + i, lanes)};
    const __m512 g_f32x16 = _mm512_mul_ps(_mm512_set1_ps(step.gradient_scale), load(gradients + i, lanes));
    step_of(adam, step, g_f32x16, load(anchors + i, lanes), at);
    store(weights + i, lanes, at.w_f32x16);
    store(first_moments + i, lanes, at.m_f32x16);
    store(second_moments + i, lanes, at.v_f32x16);
  }
}

// The state of some lanes stays in registers through all steps.
void coast(const AdamConstants& adam, const AdamStep* steps, std::size_t step_count, const float* anchors,
           float* weights, float* first_moments, float* second_moments, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; i += kLanes) {
    const Lanes lanes = lanes_below(count - i);
    State at = {load(weights + i, lanes), load(first_moments + i, lanes), load(second_moments + i, lanes)};
    const __m512 anchor_f32x16 = load(anchors + i, lanes);
    for (std::size_t s = 0; s < step_count; ++s)
      step_of(adam, steps[s], _mm512_setzero_ps(), anchor_f32x16, at);
    store(weights + i, lanes, at.w_f32x16);
    store(first_moments + i, lanes, at.m_f32x16);
    store(second_moments + i, lanes, at.v_f32x16);
  }
}

}  // namespace

const OptimizerKernels optimizer_avx512 = {"avx512", update, coast};
}  // namespace attune::kernels
