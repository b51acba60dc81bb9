// AdamW for x86 CPUs with AVX2: eight lanes. No fused multiply-add: see optimizer.h.
//
// This file alone is compiled with -mavx2 -mfma. It includes intrinsics and its own header only.
#include <immintrin.h>
#include "optimizer.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kLanes = 8;
using Lanes = __m256i;

Lanes lanes_below(std::size_t count) noexcept {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)),
                            _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

__m256 load(const float* from, Lanes lanes) noexcept { return _mm256_maskload_ps(from, lanes); }

void store(float* to, Lanes lanes, __m256 value_f32x8) noexcept {
  _mm256_maskstore_ps(to, lanes, value_f32x8);
}

// 0 where the magnitude is below FLT_MIN; a NaN stays one.
__m256 without_denormals(__m256 value_f32x8) noexcept {
  const __m256 magnitude_f32x8 = _mm256_andnot_ps(_mm256_set1_ps(-0.0f), value_f32x8);
  return _mm256_and_ps(value_f32x8,
                       _mm256_cmp_ps(magnitude_f32x8, _mm256_set1_ps(1.175494351e-38f), _CMP_NLT_UQ));
}

struct State {
  __m256 w_f32x8, m_f32x8, v_f32x8;
};

void step_of(const AdamConstants& adam, const AdamStep& step, __m256 g_f32x8, __m256 anchor_f32x8,
             State& at) noexcept {
  at.m_f32x8 = without_denormals(_mm256_add_ps(_mm256_mul_ps(_mm256_set1_ps(adam.beta1), at.m_f32x8),
                                               _mm256_mul_ps(_mm256_set1_ps(1.0f - adam.beta1), g_f32x8)));
  at.v_f32x8 = without_denormals(
      _mm256_add_ps(_mm256_mul_ps(_mm256_set1_ps(adam.beta2), at.v_f32x8),
                    _mm256_mul_ps(_mm256_set1_ps(1.0f - adam.beta2), _mm256_mul_ps(g_f32x8, g_f32x8))));
  const __m256 root_f32x8 = _mm256_mul_ps(_mm256_sqrt_ps(at.v_f32x8), _mm256_set1_ps(step.root_correction));
  const __m256 change_f32x8 = _mm256_div_ps(_mm256_mul_ps(_mm256_set1_ps(step.size), at.m_f32x8),
                                            _mm256_add_ps(root_f32x8, _mm256_set1_ps(adam.epsilon)));
  const __m256 back_f32x8 = _mm256_mul_ps(_mm256_set1_ps(step.pull), _mm256_sub_ps(at.w_f32x8, anchor_f32x8));
  at.w_f32x8 = _mm256_sub_ps(_mm256_sub_ps(at.w_f32x8, back_f32x8), change_f32x8);
}

void update(const AdamConstants& adam, const AdamStep& step, const float* gradients, const float* anchors,
            float* weights, float* first_moments, float* second_moments, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; i += kLanes) {
    const Lanes lanes = lanes_below(count - i);
    State at = {load(weights + i, lanes), load(first_moments + i, lanes), load(second_moments + i, lanes)};
    const __m256 g_f32x8 = _mm256_mul_ps(_mm256_set1_ps(step.gradient_scale), load(gradients + i, lanes));
    step_of(adam, step, g_f32x8, load(anchors + i, lanes), at);
    store(weights + i, lanes, at.w_f32x8);
    store(first_moments + i, lanes, at.m_f32x8);
    store(second_moments + i, lanes, at.v_f32x8);
  }
}

// The state of some lanes stays in registers through all steps.
void coast(const AdamConstants& adam, const AdamStep* steps, std::size_t step_count, const float* anchors,
           float* weights, float* first_moments, float* second_moments, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; i += kLanes) {
    const Lanes lanes = lanes_below(count - i);
    State at = {load(weights + i, lanes), load(first_moments + i, lanes), load(second_moments + i, lanes)};
    const __m256 anchor_f32x8 = load(anchors + i, lanes);
    for (std::size_t s = 0; s < step_count; ++s)
      step_of(adam, steps[s], _mm256_setzero_ps(), anchor_f32x8, at);
    store(weights + i, lanes, at.w_f32x8);
    store(first_moments + i, lanes, at.m_f32x8);
    store(second_moments + i, lanes, at.v_f32x8);
  }
}

}  // namespace

const OptimizerKernels optimizer_avx2 = {"avx2", update, coast};
}  // namespace attune::kernels
