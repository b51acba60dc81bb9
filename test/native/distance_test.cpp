// Squared distances against double arithmetic, at every level this CPU runs, at dims and widths around a
// register; that they are the same to the bit in any company, on which exact search relies; and the
// comparison of scores.
#include "kernels/distance/distance.h"

#include <doctest/doctest.h>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "random_values.h"
#include "runtime/levels.h"
#include "tested_levels.h"

using namespace attune;

namespace {

constexpr std::size_t kDims[] = {0, 1, 2, 7, 8, 31, 33, 100, 384, 1000};

// Multiples of the level's lanes, so that every number of registers left over occurs.
std::vector<std::size_t> widths(const Level& level) {
  const std::size_t lanes = std::string(level.name) == "avx512" ? 16 : 8;
  std::vector<std::size_t> all;
  for (std::size_t registers = 1; registers <= 5; ++registers) all.push_back(registers * lanes);
  return all;
}

// Summing n products in any order errs by at most about n/2 float epsilons of the sum of their magnitudes
// (Higham 2002, eq. 3.5), and rounding a difference before squaring it by one more. The bound is twice that.
void check_distances(const Level& level, std::size_t dim, std::size_t width, std::size_t count) {
  const std::vector<float> queries = uniform_values(dim * count, 1), panel = uniform_values(dim * width, 2);
  std::vector<float> distances(count * width, NAN);
  level.distance.l2_squared_many_to_many(queries.data(), count, panel.data(), width, dim, distances.data());
  CAPTURE(level.name);
  CAPTURE(dim);
  CAPTURE(width);
  CAPTURE(count);
  for (std::size_t i = 0; i < count * width; ++i) {
    double exact = 0.0;
    for (std::size_t k = 0; k < dim; ++k) {
      const double difference = double(queries[k * count + i / width]) - double(panel[k * width + i % width]);
      exact += difference * difference;
    }
    CHECK(std::abs(distances[i] - exact) <= double(dim + 2) * FLT_EPSILON * exact);
  }
}

}  // namespace

TEST_CASE("every level agrees with exact arithmetic, whatever the dim, the width and the count") {
  for (const Level& level : tested_levels()) {
    for (const std::size_t dim : kDims) {
      for (const std::size_t width : widths(level)) {
        for (std::size_t count = 1; count <= 8; ++count) check_distances(level, dim, width, count);
      }
    }
  }
}

TEST_CASE("a distance has the same bits, computed alone or beside others") {
  for (const Level& level : tested_levels()) {
    const std::size_t width = level.gemm.tile_cols;
    constexpr std::size_t kCount = 13;
    for (const std::size_t dim : kDims) {
      const std::vector<float> panel = uniform_values(dim * width, 3),
                               queries = uniform_values(dim * kCount, 4);
      std::vector<float> together(kCount * width), alone(width), query(dim);
      level.distance.l2_squared_many_to_many(queries.data(), kCount, panel.data(), width, dim,
                                             together.data());
      CAPTURE(level.name);
      CAPTURE(dim);
      for (std::size_t r = 0; r < kCount; ++r) {
        for (std::size_t k = 0; k < dim; ++k) query[k] = queries[k * kCount + r];
        level.distance.l2_squared_many_to_many(query.data(), 1, panel.data(), width, dim, alone.data());
        for (std::size_t j = 0; j < width; ++j) CHECK(alone[j] == together[r * width + j]);
      }
    }
  }
}

TEST_CASE("the scores above a threshold are found, and none that equals it") {
  for (const Level& level : tested_levels()) {
    for (std::size_t width = 16; width <= 64; width += 16) {
      const std::vector<float> scores = uniform_values(width, 5);
      const float threshold = scores[width / 3];
      std::uint64_t expected = 0;
      for (std::size_t j = 0; j < width; ++j) expected |= std::uint64_t{scores[j] > threshold} << j;
      CAPTURE(level.name);
      CAPTURE(width);
      CHECK(level.topk.above(scores.data(), width, threshold) == expected);
      CHECK(level.topk.above(scores.data(), width, 2.0f) == 0);
      CHECK(level.topk.above(scores.data(), width, -INFINITY) == (~std::uint64_t{0} >> (64 - width)));
    }
  }
}
