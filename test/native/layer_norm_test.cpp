// Layer normalisation against double arithmetic, at every level this CPU runs,
// at dims around the width of a register.
#include <doctest/doctest.h>

#include <cfloat>
#include <cmath>
#include <random>
#include <vector>

#include "runtime/levels.h"

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
  for (const Level& level : supported_levels()) {
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
