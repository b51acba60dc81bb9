// The definition of AdamW, as plain as the arithmetic allows.
#include "optimizer.h"

#include <cfloat>
#include <cmath>

namespace attune::kernels {
namespace {

float without_denormals(float value) noexcept { return std::fabs(value) < FLT_MIN ? 0.0f : value; }

void update_one(const AdamConstants& adam, const AdamStep& step, float g, float anchor, float& w, float& m,
                float& v) noexcept {
  m = without_denormals(adam.beta1 * m + (1.0f - adam.beta1) * g);
  v = without_denormals(adam.beta2 * v + (1.0f - adam.beta2) * (g * g));
  w = (w - step.pull * (w - anchor)) - (step.size * m) / (std::sqrt(v) * step.root_correction + adam.epsilon);
}

void update(const AdamConstants& adam, const AdamStep& step, const float* gradients, const float* anchors,
            float* weights, float* first_moments, float* second_moments, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    update_one(adam, step, step.gradient_scale * gradients[i], anchors[i], weights[i], first_moments[i],
               second_moments[i]);
  }
}

void coast(const AdamConstants& adam, const AdamStep* steps, std::size_t step_count, const float* anchors,
           float* weights, float* first_moments, float* second_moments, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t s = 0; s < step_count; ++s) {
      update_one(adam, steps[s], 0.0f, anchors[i], weights[i], first_moments[i], second_moments[i]);
    }
  }
}

}  // namespace

const OptimizerKernels optimizer_scalar = {"scalar", update, coast};
}  // namespace attune::kernels
