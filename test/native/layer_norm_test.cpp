// Layer normalisation against double arithmetic, at every level this CPU runs,
// at dims around the width of a register.
#include <doctest/doctest.h>

#include <cfloat>
#include <cmath>
#include <random>
#include <vector>

#include "runtime/levels.h"
#include "tested_levels.h"

using namespace attune;

namespace {

std::vector<float> random_values(std::size_t count, unsigned seed, float centre) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> uniform(centre - 1.0f, centre + 1.0f);
  std::vector<float> values(count);
  for (float& value : values) value = uniform(generator);
  return values;
}

}  // namespace

// With u = FLT_EPSILON / 2 and numbers of at most `most` in magnitude,
//
//   s errs by             u most
//   the mean by           (dim / 2 + 1) u most        (Higham 2002, eq. 4.4)
//   a difference to it by e = (dim / 2 + 3) u most
//
// Dividing by the deviation makes that e / deviation, once in the numerator and at most once more, times the
// result, through the deviation itself.
TEST_CASE("every level agrees with exact arithmetic, whatever the dim") {
  for (const Level& level : tested_levels()) {
    for (const std::size_t dim : {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 384, 768}) {
      for (const float centre : {0.0f, 5.0f}) {
        for (const bool has_residual : {false, true}) {
          const std::vector<float> before = random_values(dim, 1, centre),
                                   residual = random_values(dim, 2, 0.0f);
          const std::vector<float> gain = random_values(dim, 3, 1.0f), bias = random_values(dim, 4, 0.0f);
          const float eps = 1e-5f;
          std::vector<float> row = before;
          row.push_back(42.0f);
          level.layer_norm.layer_norm(row.data(), has_residual ? residual.data() : nullptr, gain.data(),
                                      bias.data(), eps, dim);
          std::vector<double> sum(dim);
          double mean = 0.0, variance = 0.0, worst = 0.0;
          for (std::size_t i = 0; i < dim; ++i) {
            sum[i] = double(before[i]) + (has_residual ? double(residual[i]) : 0.0);
            mean += sum[i] / double(dim);
          }
          for (std::size_t i = 0; i < dim; ++i) variance += (sum[i] - mean) * (sum[i] - mean) / double(dim);
          const double deviation = std::sqrt(variance + double(eps));
          const double most = double(centre) + 2.0;
          const double e = (double(dim) / 2 + 3) * FLT_EPSILON / 2 * most / deviation;
          for (std::size_t i = 0; i < dim; ++i) {
            const double normal = (sum[i] - mean) / deviation;
            const double exact = normal * double(gain[i]) + double(bias[i]);
            const double bound =
                (e * (1 + std::abs(normal)) + double(dim + 8) * FLT_EPSILON * std::abs(normal)) *
                    std::abs(double(gain[i])) +
                FLT_EPSILON * (std::abs(exact) + std::abs(double(bias[i])));
            worst = std::max(worst, std::abs(row[i] - exact) / bound);
          }
          CAPTURE(level.name);
          CAPTURE(dim);
          CAPTURE(centre);
          CHECK(worst <= 1.0);
          CHECK(row[dim] == 42.0f);
        }
      }
    }
  }
}

// Against the formula in double; the bound is loose by the dim, since every sum over a row is in float.
TEST_CASE("the way back is the derivative, whatever the dim") {
  for (const Level& level : tested_levels()) {
    for (const std::size_t dim : {1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 384, 768}) {
      CAPTURE(level.name);
      CAPTURE(dim);
      const std::vector<float> sum = random_values(dim, 1, 0.5f), gain = random_values(dim, 3, 1.0f),
                               before = random_values(dim, 5, 0.0f);
      const float eps = 1e-5f;
      std::vector<float> gradient = before, gain_gradient = random_values(dim, 6, 0.0f),
                         bias_gradient = random_values(dim, 7, 0.0f);
      const std::vector<float> gain_before = gain_gradient, bias_before = bias_gradient;
      gradient.push_back(42.0f);
      gain_gradient.push_back(43.0f);
      bias_gradient.push_back(44.0f);
      level.layer_norm.layer_norm_backward(sum.data(), gain.data(), eps, dim, gradient.data(),
                                           gain_gradient.data(), bias_gradient.data());
      double mean = 0, variance = 0, along = 0, across = 0;
      for (std::size_t i = 0; i < dim; ++i) mean += double(sum[i]) / double(dim);
      for (std::size_t i = 0; i < dim; ++i) variance += (sum[i] - mean) * (sum[i] - mean) / double(dim);
      const double scale = 1 / std::sqrt(variance + double(eps));
      for (std::size_t i = 0; i < dim; ++i) {
        along += double(before[i]) * gain[i] / double(dim);
        across += double(before[i]) * gain[i] * (sum[i] - mean) * scale / double(dim);
      }
      for (std::size_t i = 0; i < dim; ++i) {
        const double x = (sum[i] - mean) * scale;
        const double exact = (double(before[i]) * gain[i] - along - x * across) * scale;
        const double bound = 2e-7 * (double(dim) / 4 + 8) * scale;
        CHECK(std::abs(gradient[i] - exact) <= bound * (1 + std::abs(x)));
        CHECK(std::abs(gain_gradient[i] - (gain_before[i] + before[i] * x)) <= bound * (1 + std::abs(x)));
        CHECK(std::abs(bias_gradient[i] - (double(bias_before[i]) + before[i])) <= 2e-7);
      }
      CHECK(gradient[dim] == 42.0f);
      CHECK(gain_gradient[dim] == 43.0f);
      CHECK(bias_gradient[dim] == 44.0f);
    }
  }
}
