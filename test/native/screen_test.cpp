// Products of codes against integer arithmetic, and bounds against exact scores,
// at every level this CPU runs.
#include "kernels/screen/screen.h"

#include <doctest/doctest.h>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "indexes/codes.h"
#include "runtime/levels.h"
#include "tested_levels.h"

using namespace attune;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

template <class Code>
std::vector<Code> random_codes(std::size_t count, int least, int most, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_int_distribution<int> uniform(least, most);
  std::vector<Code> codes(count);
  for (Code& code : codes) code = static_cast<Code>(uniform(generator));
  return codes;
}

std::vector<const kernels::ScreenKernels*> kernels_to_test() {
  std::vector<const kernels::ScreenKernels*> all;
  for (const Level& level : tested_levels()) all.push_back(&level.screen);
  return all;
}

}  // namespace

TEST_CASE(
    "products of codes are exact, whatever the number of groups and of queries, the extremes included") {
  for (const kernels::ScreenKernels* kernel : kernels_to_test()) {
    const std::size_t width = kernel->width;
    for (const std::size_t groups : {0, 1, 2, 3, 16, 63, 64, 16384}) {
      for (const int extreme : {0, 1}) {
        for (std::size_t count = 1; count <= kernel->tile_queries; ++count) {
          auto queries = random_codes<std::int8_t>(groups * count * 4, -127, 127, 1);
          auto panel = random_codes<std::uint8_t>(groups * width * 4, 1, 255, 2);
          if (extreme == 1) {
            std::fill(queries.begin(), queries.end(), std::int8_t{-127});
            std::fill(panel.begin(), panel.end(), std::uint8_t{255});
          }
          std::vector<std::int32_t> starts(count), products(count * width, -1), expected(count * width);
          for (std::size_t r = 0; r < count; ++r) {
            for (std::size_t g = 0; g < groups; ++g)
              for (std::size_t i = 0; i < 4; ++i) starts[r] -= 128 * queries[(g * count + r) * 4 + i];
            for (std::size_t j = 0; j < width; ++j) {
              std::int64_t sum = 0;
              for (std::size_t g = 0; g < groups; ++g) {
                for (std::size_t i = 0; i < 4; ++i)
                  sum += queries[(g * count + r) * 4 + i] * (int(panel[(g * width + j) * 4 + i]) - 128);
              }
              expected[r * width + j] = static_cast<std::int32_t>(sum);
            }
          }
          kernel->products({queries.data(), starts.data(), count, panel.data(), groups, products.data()});
          CAPTURE(kernel->name);
          CAPTURE(groups);
          CAPTURE(count);
          CHECK(products == expected);
        }
      }
    }
  }
}

TEST_CASE("a row may reach what its bound reaches, and NaN and infinity rule nothing out") {
  for (const kernels::ScreenKernels* kernel : kernels_to_test()) {
    const std::size_t width = kernel->width;
    // score 2 * 0.5 * product = product; slack 0.25 * 2 + 3 * 0.5 = 2
    std::vector<float> scales(width, 0.5f), norms(width, 2.0f), radii(width, 0.5f);
    std::vector<std::int32_t> products(width);
    for (std::size_t j = 0; j < width; ++j) products[j] = static_cast<std::int32_t>(j);
    const kernels::ScreenRows rows = {scales.data(), norms.data(), radii.data()};
    const std::uint64_t all = ~std::uint64_t{0} >> (64 - width);
    CAPTURE(kernel->name);
    CHECK(kernel->may_reach(products.data(), rows, {2.0f, 3.0f, 0.25f}, 7.0f) == (all & ~std::uint64_t{31}));
    CHECK(kernel->may_reach(products.data(), rows, {2.0f, 3.0f, 0.25f}, -kInfinity) == all);
    CHECK(kernel->may_reach(products.data(), rows, {2.0f, 3.0f, 0.25f}, 1e6f) == 0);
    radii[1] = kInfinity;
    norms[3] = 0.0f;
    CHECK(kernel->may_reach(products.data(), rows, {2.0f, 3.0f, 0.25f}, 1e6f) == 2);
    CHECK(kernel->may_reach(products.data(), rows, {0.0f, 0.0f, 0.25f}, 1e6f) == 2);  // 0 * infinity is NaN
    CHECK(kernel->may_reach(products.data(), rows, {2.0f, 3.0f, kInfinity}, 1e6f) == all);
  }
}

TEST_CASE("a row may be within a reach unless its codes are farther, and NaN and infinity rule nothing out") {
  for (const kernels::ScreenKernels* kernel : kernels_to_test()) {
    const std::size_t width = kernel->width;
    // squared distance 2^2 + 3^2 - 2 * (2 * 0.5 * product) = 13 - 2 * product, with the product 6 - j
    std::vector<float> scales(width, 0.5f), norms(width, 2.0f), radii(width, 0.5f);
    std::vector<std::int32_t> products(width);
    for (std::size_t j = 0; j < width; ++j) products[j] = 6 - static_cast<std::int32_t>(j);
    const kernels::ScreenRows rows = {scales.data(), norms.data(), radii.data()};
    const kernels::ScreenBounds query = {2.0f, 3.0f, 0.25f};
    const std::uint64_t all = ~std::uint64_t{0} >> (64 - width);
    CAPTURE(kernel->name);
    // Row j is sqrt(1 + 2 j) away.
    CHECK(kernel->may_be_within(products.data(), rows, query, 2.5f) == 31);
    CHECK(kernel->may_be_within(products.data(), rows, query, 2.49f) == 15);
    CHECK(kernel->may_be_within(products.data(), rows, query, kInfinity) == all);
    CHECK(kernel->may_be_within(products.data(), rows, query, 0.4f) == 0);
    radii[1] = kInfinity;
    norms[3] = kInfinity;
    CHECK(kernel->may_be_within(products.data(), rows, query, 0.0f) == 2);
    scales[3] = kInfinity;  // infinity - infinity is NaN
    CHECK(kernel->may_be_within(products.data(), rows, query, 0.0f) == 10);
  }
}

TEST_CASE("codes bound the vector that they stand for") {
  std::mt19937 generator(3);
  for (const double magnitude : {1.0, 1e-14, 1e14, 1e-30, 1e-44, 1e18}) {
    for (const std::size_t dim : {1, 3, 4, 5, 31, 256, 1000}) {
      std::normal_distribution<double> normal(0.0, magnitude);
      std::vector<float> vector(dim);
      for (float& value : vector) value = static_cast<float>(normal(generator));
      std::vector<std::int8_t> codes(dim);
      const kernels::ScreenBounds bounds = encode(vector.data(), dim, codes.data());
      double squared = 0.0, coded_squared = 0.0, difference_squared = 0.0;
      for (std::size_t i = 0; i < dim; ++i) {
        const double coded = double(bounds.scale) * codes[i];
        squared += double(vector[i]) * vector[i];
        coded_squared += coded * coded;
        difference_squared += (vector[i] - coded) * (vector[i] - coded);
      }
      CAPTURE(magnitude);
      CAPTURE(dim);
      CHECK(bounds.radius >= std::sqrt(difference_squared));
      const double norm = std::sqrt(squared);
      if (norm > 0.0 && (norm < 1e-15 || norm > 1e15)) {
        CHECK(bounds.radius == kInfinity);
      } else {
        CHECK(bounds.norm >= std::sqrt(coded_squared));
        CHECK(bounds.norm <= std::sqrt(coded_squared) * (1.0 + 0x1p-19));
        CHECK(norm <= 2.0 * bounds.norm);
        CHECK(bounds.radius <= norm * std::sqrt(double(dim)) / 200.0);
      }
    }
  }
}
