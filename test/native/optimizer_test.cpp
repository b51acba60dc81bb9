// AdamW: every level against its definition, the definition against double arithmetic,
// and lazy rows against dense ones.
#include <doctest/doctest.h>
#include <cfloat>
#include <cmath>
#include <random>
#include <vector>

#include "random_values.h"
#include "tested_levels.h"
#include "train/lazy_adamw.h"

using namespace attune;

namespace {

kernels::AdamStep step_number(int t, double rate, double decay) {
  return {static_cast<float>(rate / (1 - std::pow(0.9, t))),
          static_cast<float>(1 / std::sqrt(1 - std::pow(0.999, t))), static_cast<float>(rate * decay)};
}

}  // namespace

TEST_CASE("every level gives the bits of the definition, whatever the length") {
  const kernels::AdamConstants adam;
  for (const Level& level : tested_levels()) {
    for (const std::size_t count : {0, 1, 7, 8, 9, 15, 16, 17, 33, 256}) {
      std::vector<float> weights = uniform_values(count, 1), m(count), v(count);
      const std::vector<float> anchors = uniform_values(count, 2);
      std::vector<float> expected = weights, expected_m = m, expected_v = v;
      std::vector<kernels::AdamStep> steps;
      for (int t = 1; t <= 5; ++t) {
        const std::vector<float> gradients = uniform_values(count, 10 + static_cast<unsigned>(t));
        steps.push_back(step_number(t, 0.1, 0.01));
        steps.back().gradient_scale = 1.0f / static_cast<float>(t);
        level.optimizer.update(adam, steps.back(), gradients.data(), anchors.data(), weights.data(), m.data(),
                               v.data(), count);
        kernels::optimizer_scalar.update(adam, steps.back(), gradients.data(), anchors.data(),
                                         expected.data(), expected_m.data(), expected_v.data(), count);
      }
      level.optimizer.coast(adam, steps.data(), steps.size(), anchors.data(), weights.data(), m.data(),
                            v.data(), count);
      kernels::optimizer_scalar.coast(adam, steps.data(), steps.size(), anchors.data(), expected.data(),
                                      expected_m.data(), expected_v.data(), count);
      CAPTURE(level.name);
      CAPTURE(count);
      CHECK(weights == expected);
      CHECK(m == expected_m);
      CHECK(v == expected_v);
    }
  }
}

// One step from moments of zero makes about seven roundings on the way to the change, each of half an epsilon
// of it, and two of the weight: the bound is twice that.
TEST_CASE("a step is AdamW in double arithmetic") {
  const std::vector<float> gradients = uniform_values(64, 1), before = uniform_values(64, 2),
                           anchors = uniform_values(64, 3);
  std::vector<float> weights = before, m(64), v(64);
  const kernels::AdamConstants adam;
  kernels::AdamStep step = step_number(1, 0.1, 0.01);
  step.gradient_scale = 0.25f;
  kernels::optimizer_scalar.update(adam, step, gradients.data(), anchors.data(), weights.data(), m.data(),
                                   v.data(), 64);
  for (std::size_t i = 0; i < 64; ++i) {
    const double gradient = 0.25 * gradients[i];
    const double first = (1 - double(adam.beta1)) * gradient;
    const double second = (1 - double(adam.beta2)) * gradient * gradient;
    const double change = step.size * first / (std::sqrt(second) * step.root_correction + adam.epsilon);
    const double exact = before[i] - double(step.pull) * (double(before[i]) - anchors[i]) - change;
    CHECK(std::abs(weights[i] - exact) <=
          7 * FLT_EPSILON * std::abs(change) + 2 * FLT_EPSILON * std::abs(before[i]));
  }
}

TEST_CASE("moments die instead of staying denormal for ever") {
  for (const Level& level : tested_levels()) {
    const kernels::AdamConstants adam;
    const std::vector<kernels::AdamStep> steps(3000, step_number(1, 0.1, 0));
    const std::vector<float> anchors(5, 1.0f);
    std::vector<float> weights(5, 1.0f), m(5, -1e-5f), v(5, 1e-10f);
    level.optimizer.coast(adam, steps.data(), steps.size(), anchors.data(), weights.data(), m.data(),
                          v.data(), 5);
    CHECK(m == std::vector<float>(5, 0.0f));
  }
}

TEST_CASE("rows that wait for their turn have the bits of rows updated at every step") {
  constexpr std::size_t kRows = 40, kDim = 19;
  for (const float decay : {0.0f, 0.01f}) {
    for (const Level& level : tested_levels()) {
      AdamOptions options;
      options.weight_decay = decay;
      LazyAdamW lazy(level, uniform_values(kRows * kDim, 1), kDim, options);
      LazyAdamW dense(level, uniform_values(kRows * kDim, 1), kDim, options);
      const std::vector<float> zeros(kDim);
      std::mt19937 generator(2);
      for (unsigned step = 0; step < 60; ++step) {
        const float rate = 0.1f / static_cast<float>(step + 1);
        std::vector<bool> touched(kRows);
        for (int i = 0; i < 4; ++i) touched[generator() % 30] = true;  // rows from 30 on are never touched
        if (step == 30) lazy.flush();
        for (std::size_t row = 0; row < kRows; ++row) {
          if (touched[row]) lazy.bring_up(row);
          dense.bring_up(row);
        }
        lazy.begin_step(rate);
        dense.begin_step(rate);
        for (std::size_t row = 0; row < kRows; ++row) {
          const std::vector<float> gradient = uniform_values(kDim, 1000 * step + static_cast<unsigned>(row));
          if (touched[row]) lazy.update(row, gradient.data());
          dense.update(row, touched[row] ? gradient.data() : zeros.data());
        }
        lazy.end_step();
        dense.end_step();
      }
      const TrainingState lazy_state = lazy.state(), dense_state = dense.state();
      CHECK(lazy.weights() == dense.weights());
      CHECK(lazy_state.first_moments == dense_state.first_moments);
      CHECK(lazy_state.second_moments == dense_state.second_moments);
      CHECK(lazy_state.step == 60);
    }
  }
}
