// Activations against double arithmetic, at every level this CPU runs,
// at every number of elements around a register.
#include <doctest/doctest.h>

#include <cfloat>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "runtime/levels.h"
#include "tested_levels.h"

using namespace attune;

namespace {

// Dense where the functions bend, and far out where they must be flat.
std::vector<float> sample_points() {
  std::vector<float> points = {0.0f,   -0.0f,  1e-30f,  -1e-30f, 1e-40f, 14.0f,
                               -14.0f, 100.0f, -100.0f, 1e10f,   -1e10f, 3e38f};
  for (int i = -160000; i <= 160000; ++i) points.push_back(static_cast<float>(i) * 1e-4f);
  return points;
}

double exact_gelu(double x) { return 0.5 * x * std::erfc(-x * std::sqrt(0.5)); }

// As float32 models mean it: the constants are those of the formula, in double.
double exact_gelu_tanh(double x) {
  const double u = std::sqrt(2.0 / 3.14159265358979323846) * (x + 0.044715 * x * x * x);
  return u > 0 ? x / (1.0 + std::exp(-2.0 * u)) : x * std::exp(2.0 * u) / (1.0 + std::exp(2.0 * u));
}

using Function = void (*)(float*, std::size_t) noexcept;

// The greatest error, in units of absolute + relative * |scale(x, exact)|.
double worst_error(Function function, double (*exact)(double), double absolute, double of_x,
                   double of_result) {
  const std::vector<float> points = sample_points();
  std::vector<float> values = points;
  function(values.data(), values.size());
  double worst = 0.0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double truth = exact(points[i]);
    const double bound = absolute + of_x * std::abs(double(points[i])) + of_result * std::abs(truth);
    const double error = std::abs(values[i] - truth);
    worst = std::max(worst, error == 0.0 ? 0.0 : error / bound);
  }
  return worst;
}

}  // namespace

TEST_CASE("every level is as near to the exact functions as its header says") {
  for (const Level& level : tested_levels()) {
    CAPTURE(level.name);
    const kernels::ActivationKernels& kernels = level.activation;
    CHECK(worst_error(kernels.gelu, exact_gelu, 1e-7, 1.2e-7, 0) <= 1.0);
    CHECK(worst_error(kernels.gelu_tanh, exact_gelu_tanh, 2e-7, 2e-7, 0) <= 1.0);
    CHECK(worst_error(kernels.tanh, [](double x) { return std::tanh(x); }, FLT_MIN, 0, 3e-7) <= 1.0);
    CHECK(worst_error(kernels.relu, [](double x) { return x > 0 ? x : 0.0; }, 0, 0, 0) == 0.0);
  }
}

TEST_CASE("far from zero the GELU is 0 or its argument, and what is not a number stays so") {
  for (const Level& level : tested_levels()) {
    CAPTURE(level.name);
    for (const Function gelu : {level.activation.gelu, level.activation.gelu_tanh}) {
      const float infinity = std::numeric_limits<float>::infinity();
      float values[] = {-20.0f, 20.0f, 1e30f, infinity, std::nanf("")};
      gelu(values, 5);
      CHECK(std::abs(values[0]) <= FLT_MIN);
      CHECK(values[1] == 20.0f);
      CHECK(values[2] == 1e30f);
      CHECK(values[3] == infinity);
      CHECK(std::isnan(values[4]));
    }
  }
}

TEST_CASE("an element's result depends on the element alone, and nothing beyond the end is written") {
  for (const Level& level : tested_levels()) {
    const kernels::ActivationKernels& kernels = level.activation;
    for (const Function function : {kernels.gelu, kernels.gelu_tanh, kernels.relu, kernels.tanh}) {
      std::vector<float> whole(40);
      for (std::size_t i = 0; i < whole.size(); ++i) whole[i] = -4.0f + 0.21f * static_cast<float>(i);
      const std::vector<float> before = whole;
      function(whole.data(), whole.size());
      for (std::size_t count = 0; count < whole.size(); ++count) {
        std::vector<float> part = before;
        function(part.data(), count);
        for (std::size_t i = 0; i < part.size(); ++i) CHECK(part[i] == (i < count ? whole[i] : before[i]));
      }
    }
  }
}

// exp(scale * (x - top)) errs by the rounding of its argument, at most `range` in magnitude, and by
// 2 epsilons of its own; the sum of count of them by count / 2 epsilons more (Higham 2002, eq. 4.4).
// Twice that is allowed.
TEST_CASE("a softmax agrees with exact arithmetic, whatever the length") {
  std::mt19937 generator(1);
  for (const Level& level : tested_levels()) {
    for (const std::size_t count : {1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100, 512}) {
      for (const float range : {1.0f, 30.0f, 2000.0f}) {
        const float scale = 0.17677669f;  // 1 / sqrt(32)
        std::uniform_real_distribution<float> uniform(-range, range);
        std::vector<float> row(count + 1, 42.0f);
        for (std::size_t i = 0; i < count; ++i) row[i] = uniform(generator);
        const std::vector<float> before = row;
        level.activation.softmax(row.data(), count, scale);
        double top = -INFINITY, sum = 0.0, total = 0.0, worst = 0.0;
        for (std::size_t i = 0; i < count; ++i) top = std::max(top, double(before[i]));
        for (std::size_t i = 0; i < count; ++i) sum += std::exp(double(scale) * (before[i] - top));
        for (std::size_t i = 0; i < count; ++i) {
          const double exact = std::exp(double(scale) * (before[i] - top)) / sum;
          const double below = double(scale) * (top - before[i]);
          const double bound = FLT_EPSILON * exact * (2 * below + 4 + double(count)) + FLT_MIN;
          worst = std::max(worst, std::abs(row[i] - exact) / bound);
          total += row[i];
        }
        CAPTURE(level.name);
        CAPTURE(count);
        CAPTURE(range);
        CHECK(worst <= 1.0);
        CHECK(std::abs(total - 1.0) <= double(count + 4) * FLT_EPSILON);
        CHECK(row[count] == 42.0f);
      }
    }
  }
}

namespace {

using Backward = void (*)(const float*, float*, float*, std::size_t) noexcept;

double exact_gelu_slope(double x) {
  return 0.5 * std::erfc(-x * std::sqrt(0.5)) +
         x * std::exp(-0.5 * x * x) / std::sqrt(2.0 * 3.14159265358979323846);
}

double exact_gelu_tanh_slope(double x) {
  const double root = std::sqrt(2.0 / 3.14159265358979323846);
  const double t = std::tanh(root * (x + 0.044715 * x * x * x));
  return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * root * (1 + 3 * 0.044715 * x * x);
}

// The greatest error of a slope, for gradients of 1.
double worst_slope(Backward backward, double (*exact)(double)) {
  const std::vector<float> points = sample_points();
  std::vector<float> gradients(points.size(), 1.0f), outputs(points.size());
  backward(points.data(), gradients.data(), outputs.data(), points.size());
  double worst = 0.0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (std::abs(points[i]) > 1e9f) continue;  // x^3 is beyond float there
    worst = std::max(worst, std::abs(gradients[i] - exact(points[i])));
  }
  return worst;
}

}  // namespace

TEST_CASE("slopes are those of the exact functions, and the outputs have the bits of the way forward") {
  for (const Level& level : tested_levels()) {
    CAPTURE(level.name);
    const kernels::ActivationKernels& kernels = level.activation;
    CHECK(worst_slope(kernels.gelu_backward, exact_gelu_slope) <= 3e-7);
    CHECK(worst_slope(kernels.gelu_tanh_backward, exact_gelu_tanh_slope) <= 1e-6);
    CHECK(worst_slope(kernels.relu_backward, [](double x) { return x > 0 ? 1.0 : 0.0; }) == 0.0);
    const std::pair<Function, Backward> both[] = {{kernels.gelu, kernels.gelu_backward},
                                                  {kernels.gelu_tanh, kernels.gelu_tanh_backward},
                                                  {kernels.relu, kernels.relu_backward}};
    for (const auto& [forward, backward] : both) {
      for (const std::size_t count : {1, 7, 8, 9, 15, 16, 17, 33, 100}) {
        std::mt19937 generator(7);
        std::normal_distribution<float> normal(0.0f, 2.0f);
        std::vector<float> inputs(count), gradients(count + 1, 42.0f), outputs(count + 1, 43.0f);
        for (float& input : inputs) input = normal(generator);
        std::vector<float> expected = inputs, single = gradients;
        forward(expected.data(), count);
        backward(inputs.data(), gradients.data(), outputs.data(), count);
        CHECK(std::equal(expected.begin(), expected.end(), outputs.begin()));
        CHECK(gradients[count] == 42.0f);
        CHECK(outputs[count] == 43.0f);
        float ignored = 0;
        for (std::size_t i = 0; i < count; ++i) backward(&inputs[i], &single[i], &ignored, 1);
        CHECK(single == gradients);
      }
    }
  }
}

TEST_CASE("the way back through softmax is its derivative") {
  for (const Level& level : tested_levels()) {
    CAPTURE(level.name);
    for (const std::size_t count : {1, 2, 7, 8, 9, 15, 16, 17, 40, 128}) {
      std::mt19937 generator(static_cast<unsigned>(count));
      std::normal_distribution<float> normal;
      std::vector<float> probabilities(count), gradients(count + 1, 42.0f);
      for (float& logit : probabilities) logit = 3.0f * normal(generator);
      for (std::size_t i = 0; i < count; ++i) gradients[i] = normal(generator);
      const float scale = 0.25f;
      level.activation.softmax(probabilities.data(), count, scale);
      const std::vector<float> before = gradients;
      double along = 0;
      for (std::size_t i = 0; i < count; ++i) along += double(probabilities[i]) * before[i];
      level.activation.softmax_backward(probabilities.data(), gradients.data(), count, scale);
      for (std::size_t i = 0; i < count; ++i) {
        const double exact = double(scale) * probabilities[i] * (before[i] - along);
        CHECK(std::abs(gradients[i] - exact) <= 1e-6 * probabilities[i] * double(count) + 1e-12);
      }
      CHECK(gradients[count] == 42.0f);
    }
  }
}
