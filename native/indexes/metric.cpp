// Lengths are computed in double: squares of float32 numbers neither overflow nor vanish there.
#include "indexes/metric.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "attune/error.h"

namespace attune {
namespace {

constexpr const char* kNames[] = {"cosine", "innerProduct", "l2"};

//   |<a, b>| <= |a| |b|   and   |a - b|^2 <= (|a| + |b|)^2
//
// so that below this no score of two vectors exceeds float32.
constexpr double kLongestSquared = double(FLT_MAX) / 4.0;

// A vector scaled to length 1 and rounded to float32 errs by far less.
constexpr double kUnitTolerance = 1e-3;

double length_squared(const float* vector, std::size_t dim) {
  // Four sums, because one chain of additions waits on its own latency.
  double sums[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= dim; i += 4) {
    for (std::size_t lane = 0; lane < 4; ++lane)
      sums[lane] += double(vector[i + lane]) * double(vector[i + lane]);
  }
  for (; i < dim; ++i) sums[0] += double(vector[i]) * double(vector[i]);
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

}  // namespace

Metric metric_of_name(const std::string& name) {
  for (std::uint32_t number = 0; number < std::size(kNames); ++number) {
    if (name == kNames[number]) return static_cast<Metric>(number);
  }
  throw Error("INVALID_ARGUMENT",
              "Expected metric to be 'cosine', 'innerProduct' or 'l2', but received '" + name + "'.");
}

const char* name_of_metric(Metric metric) { return kNames[static_cast<std::uint32_t>(metric)]; }

bool prepare_vector(Metric metric, const float* vector, std::size_t dim, float* prepared) {
  // Read once: the caller's memory may be shared with a thread that writes to it.
  std::copy_n(vector, dim, prepared);
  const double squared = length_squared(prepared, dim);
  if (metric != Metric::cosine) return squared <= kLongestSquared;  // false for NaN
  if (!std::isfinite(squared)) return false;
  if (squared > 0.0) {
    const double scale = 1.0 / std::sqrt(squared);
    for (std::size_t i = 0; i < dim; ++i) prepared[i] = static_cast<float>(prepared[i] * scale);
  }
  return true;
}

bool is_prepared(Metric metric, const float* prepared, std::size_t dim) {
  const double squared = length_squared(prepared, dim);
  if (metric != Metric::cosine) return squared <= kLongestSquared;
  return squared == 0.0 || std::abs(squared - 1.0) <= kUnitTolerance;
}

void refuse_vector(const char* name, std::size_t row, const float* vector, std::size_t dim) {
  const std::string where = "row " + std::to_string(row);
  for (std::size_t column = 0; column < dim; ++column) {
    if (std::isfinite(vector[column])) continue;
    throw Error("NOT_FINITE", std::string("Expected ") + name + " to hold finite numbers, but " + where +
                                  " holds " + (std::isnan(vector[column]) ? "NaN" : "an infinity") +
                                  " in column " + std::to_string(column) +
                                  ". Look at what made this vector.");
  }
  throw Error("NOT_FINITE", std::string("Expected ") + name +
                                " to hold vectors of a length below 9e18, so that scores are " +
                                "finite, but " + where +
                                " is longer. Scale the vectors down, or use the metric 'cosine'.");
}

}  // namespace attune
