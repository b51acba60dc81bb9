// Distances against double arithmetic, at every level this CPU runs, at dims and widths around a register;
// that they have the bits of gemm's tile, on which exact search relies; and the comparison of scores with a
// threshold.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "kernels/distance/distance.h"

#include <doctest/doctest.h>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "runtime/levels.h"

using namespace attune;

namespace {

std::vector<float> random_values(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  std::vector<float> values(count);
  for (float& value : values) value = uniform(generator);
  return values;
}

constexpr std::size_t kDims[] = {0, 1, 2, 7, 8, 31, 33, 100, 384, 1000};

// Multiples of the level's lanes, so that every number of registers left over occurs.
std::vector<std::size_t> widths(const Level& level) {
  const std::size_t lanes = std::string(level.name) == "avx512" ? 16 : 8;
  std::vector<std::size_t> all;
  for (std::size_t registers = 1; registers <= 7; ++registers) all.push_back(registers * lanes);
  return all;
}

}  // namespace

// Summing n products in any order errs by at most about n/2 float epsilons of the sum of their magnitudes
// (Higham 2002, eq. 3.5), and rounding a difference before squaring it by one more. The bounds are twice
// that.
TEST_CASE("every level agrees with exact arithmetic, whatever the dim and the width") {
  for (const Level& level : supported_levels()) {
    for (const std::size_t dim : kDims) {
      for (const std::size_t width : widths(level)) {
        const std::vector<float> query = random_values(dim, 1), panel = random_values(dim * width, 2);
        std::vector<float> products(width, NAN), distances(width, NAN);
        level.distance.inner_product_one_to_many(query.data(), panel.data(), width, dim, products.data());
        level.distance.l2_squared_one_to_many(query.data(), panel.data(), width, dim, distances.data());
        CAPTURE(level.name);
        CAPTURE(dim);
        CAPTURE(width);
        for (std::size_t j = 0; j < width; ++j) {
          double product = 0.0, magnitude = 0.0, distance = 0.0;
          for (std::size_t k = 0; k < dim; ++k) {
            const double a = query[k], b = panel[k * width + j];
            product += a * b;
            magnitude += std::abs(a * b);
            distance += (a - b) * (a - b);
          }
          CHECK(std::abs(products[j] - product) <= double(dim) * FLT_EPSILON * magnitude);
          CHECK(std::abs(distances[j] - distance) <= double(dim + 2) * FLT_EPSILON * distance);
        }
      }
    }
  }
}

TEST_CASE("a score has the same bits, computed alone or in a batch") {
  for (const Level& level : supported_levels()) {
    const std::size_t width = level.gemm.tile_cols, tile = level.gemm.tile_rows;
    for (const std::size_t dim : kDims) {
      const std::vector<float> panel = random_values(dim * width, 3), queries = random_values(dim * tile, 4);
      std::vector<float> products(tile * width), distances(tile * width), alone(width), query(dim);
      level.gemm.tile({.a = queries.data(),
                       .a_row_stride = 1,
                       .a_depth_stride = tile,
                       .b_panel = panel.data(),
                       .depth = dim,
                       .c = products.data(),
                       .c_stride = width,
                       .rows = tile,
                       .cols = width,
                       .bias = nullptr,
                       .accumulate = false});
      level.distance.l2_squared_many_to_many(queries.data(), tile, panel.data(), width, dim,
                                             distances.data());
      CAPTURE(level.name);
      CAPTURE(dim);
      for (std::size_t r = 0; r < tile; ++r) {
        for (std::size_t k = 0; k < dim; ++k) query[k] = queries[k * tile + r];
        level.distance.inner_product_one_to_many(query.data(), panel.data(), width, dim, alone.data());
        for (std::size_t j = 0; j < width; ++j) CHECK(alone[j] == products[r * width + j]);
        level.distance.l2_squared_one_to_many(query.data(), panel.data(), width, dim, alone.data());
        for (std::size_t j = 0; j < width; ++j) CHECK(alone[j] == distances[r * width + j]);
      }
    }
  }
}

TEST_CASE("the scores above a threshold are found, and none that equals it") {
  for (const Level& level : supported_levels()) {
    for (std::size_t width = 16; width <= 64; width += 16) {
      std::vector<float> scores = random_values(width, 5);
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
