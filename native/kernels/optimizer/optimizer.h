// AdamW (Loshchilov, Hutter 2019, https://arxiv.org/abs/1711.05101, algorithm 2) over a row of parameters,
// with decay towards given values, the anchors, instead of towards zero.
#pragma once
#include <cstddef>

namespace attune::kernels {

struct AdamConstants {
  float beta1 = 0.9f;
  float beta2 = 0.999f;
  float epsilon = 1e-8f;
};

// What changes from step to step t = 1, 2, …
struct AdamStep {
  float size = 0;             // learning rate / (1 - beta1^t)
  float root_correction = 1;  // 1 / sqrt(1 - beta2^t)
  float pull = 0;             // learning rate * weight decay: the share of the way to the anchor
  float gradient_scale = 1;
};

// For each element, with every operation rounded to float by itself (no fused multiply-add), so that all
// levels give the same bits:
//
//   g = gradient_scale * gradient
//   m = beta1 * m + (1 - beta1) * g
//   v = beta2 * v + (1 - beta2) * (g * g)
//   w = (w - pull * (w - anchor)) - (size * m) / (sqrt(v) * root_correction + epsilon)
//
// m and v are 0 where they would be below FLT_MIN: decaying moments must not end as denormals, which are slow
// and never die. So a row without moments that is at its anchors stays as it is.
struct OptimizerKernels {
  const char* name;

  // One step with a gradient.
  void (*update)(const AdamConstants& adam, const AdamStep& step, const float* gradients,
                 const float* anchors, float* weights, float* first_moments, float* second_moments,
                 std::size_t count) noexcept;

  // Steps of gradient 0, one after the other: the same bits as `update` with a row of zeros for each.
  void (*coast)(const AdamConstants& adam, const AdamStep* steps, std::size_t step_count,
                const float* anchors, float* weights, float* first_moments, float* second_moments,
                std::size_t count) noexcept;
};

extern const OptimizerKernels optimizer_scalar;
extern const OptimizerKernels optimizer_avx2;
extern const OptimizerKernels optimizer_avx512;

}  // namespace attune::kernels
