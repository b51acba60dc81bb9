// Products in bfloat16 against double arithmetic, at every kernel this CPU runs, at sizes around those of a tile.
#include "linear/matmul_bf16.h"
#include "linear/column_sums.h"

#include <doctest/doctest.h>
#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "random_values.h"

using namespace attune;

namespace {

float widened(std::uint16_t value) { return std::bit_cast<float>(std::uint32_t{value} << 16); }

// The values as the definition rounds them.
std::vector<double> rounded(const std::vector<float>& values) {
  std::vector<std::uint16_t> halves(values.size());
  kernels::gemm_bf16_scalar.round(values.data(), values.size(), halves.data());
  std::vector<double> result;
  for (const std::uint16_t half : halves) result.push_back(widened(half));
  return result;
}

// A level with these kernels, for what takes its others from the level.
Level with_bf16(const kernels::GemmBf16Kernels& bf16) {
  const Level& level = active_level();
  return {.name = bf16.name,
          .activation = level.activation,
          .contrastive = level.contrastive,
          .distance = level.distance,
          .gemm = level.gemm,
          .gemm_bf16 = bf16,
          .gemm_int8 = level.gemm_int8,
          .layer_norm = level.layer_norm,
          .optimizer = level.optimizer,
          .screen = level.screen,
          .topk = level.topk};
}

// How far a product of rounded operands is from the exact one, in units of its bound: summing k products errs by
// at most about k/2 float epsilons of the sum of their magnitudes (Higham 2002, eq. 3.5), here twice that.
struct Worst {
  double units = 0.0;
  void take(double got, double exact, double magnitude, std::size_t depth) {
    const double bound = double(depth + 1) * FLT_EPSILON * magnitude + 1e-30;
    const double error = std::abs(got - exact) / bound;
    units = error > units || std::isnan(error) ? error : units;
  }
};

}  // namespace

TEST_CASE("numbers are rounded to the nearest, ties to even, and NaN remains NaN") {
  const float infinity = std::numeric_limits<float>::infinity();
  std::vector<float> values = {0.0f, -0.0f, 1.0f, infinity, -infinity, FLT_MAX, -FLT_MAX, FLT_MIN};
  for (std::uint32_t upper = 0x0080; upper < 0x7f80; upper += 37) {  // normal numbers
    for (const std::uint32_t lower : {0x0000u, 0x0001u, 0x7fffu, 0x8000u, 0x8001u, 0xffffu}) {
      values.push_back(std::bit_cast<float>(upper << 16 | lower));
      values.push_back(-values.back());
    }
  }
  for (const kernels::GemmBf16Kernels* kernels : supported_gemm_bf16()) {
    CAPTURE(kernels->name);
    for (std::size_t count :
         {std::size_t{1}, std::size_t{15}, std::size_t{17}, std::size_t{33}, values.size()}) {
      std::vector<std::uint16_t> got(count + 1, 42);
      kernels->round(values.data() + values.size() - count, count, got.data());
      bool nearest = got.back() == 42;
      for (std::size_t i = 0; i < count; ++i) {
        const float value = values[values.size() - count + i];
        const float result = widened(got[i]);
        // Its neighbours are not nearer, and of two that are as near it is the even one.
        const double error = std::abs(double(result) - double(value));
        if (std::isinf(result)) {
          nearest = nearest && (std::isinf(value) || std::abs(value) >= 0x1.ffp127f);
          continue;
        }
        for (const int step : {-1, 1}) {
          const float neighbour = widened(static_cast<std::uint16_t>(got[i] + step));
          if (!std::isfinite(neighbour) || (got[i] & 0x7fff) == 0) continue;
          const double other = std::abs(double(neighbour) - double(value));
          nearest = nearest && (error < other || (error == other && got[i] % 2 == 0));
        }
      }
      CHECK(nearest);
    }
    const float nans[] = {std::bit_cast<float>(0x7f800001u), std::bit_cast<float>(0xffffffffu),
                          std::numeric_limits<float>::quiet_NaN()};
    std::uint16_t halves[3];
    kernels->round(nans, 3, halves);
    for (const std::uint16_t half : halves) CHECK(std::isnan(widened(half)));
  }
}

TEST_CASE("a product with weights in bfloat16 agrees with exact arithmetic, whatever the sizes") {
  for (const kernels::GemmBf16Kernels* kernels : supported_gemm_bf16()) {
    for (const std::size_t m : {1, 2, 4, 6, 7, 14, 15, 29, 40, 65}) {
      for (const std::size_t n : {1, 17, 32, 70, 139}) {
        for (const std::size_t k : {0, 1, 31, 64, 513}) {
          const std::size_t a_stride = k + 5, c_stride = n + 3, first_rows = n / 3;
          const std::vector<float> a = uniform_values(m * a_stride, 1), b = uniform_values(n * k, 2);
          const std::vector<float> bias = uniform_values(n, 3);
          const std::vector<double> a_rounded = rounded(a), b_rounded = rounded(b);
          const ConstMatrix parts[] = {{b.data(), first_rows, k},
                                       {b.data() + first_rows * k, n - first_rows, k}};
          const PackedBf16 packed(*kernels, parts);
          for (const float* start : {bias.data(), static_cast<const float*>(nullptr)}) {
            std::vector<float> c(m * c_stride, 42.0f);
            multiply_packed({a.data(), m, k, a_stride}, packed, start, {c.data(), m, n, c_stride});
            Worst worst;
            bool edge_kept = true;
            for (std::size_t i = 0; i < m; ++i) {
              for (std::size_t j = 0; j < n; ++j) {
                double exact = start == nullptr ? 0.0 : start[j];
                double magnitude = std::abs(exact);
                for (std::size_t p = 0; p < k; ++p) {
                  const double product = a_rounded[i * a_stride + p] * b_rounded[j * k + p];
                  exact += product;
                  magnitude += std::abs(product);
                }
                worst.take(c[i * c_stride + j], exact, magnitude, k);
              }
              for (std::size_t j = n; j < c_stride; ++j)
                edge_kept = edge_kept && c[i * c_stride + j] == 42.0f;
            }
            CAPTURE(kernels->name);
            CAPTURE(m);
            CAPTURE(n);
            CAPTURE(k);
            CHECK(worst.units <= 1.0);
            CHECK(edge_kept);
          }
        }
      }
    }
  }
}

TEST_CASE("a matrix packed by its columns is the transpose packed by its rows") {
  constexpr std::size_t kRows = 45, kCols = 67;
  const std::vector<float> values = uniform_values(kRows * kCols, 1);
  std::vector<float> turned(kRows * kCols);
  for (std::size_t r = 0; r < kRows; ++r) {
    for (std::size_t c = 0; c < kCols; ++c) turned[c * kRows + r] = values[r * kCols + c];
  }
  for (const kernels::GemmBf16Kernels* kernels : supported_gemm_bf16()) {
    PackedBf16 by_columns(*kernels, {turned.data(), 3, 7});  // what it held before does not matter
    by_columns.pack_transposed({values.data(), kRows, kCols});
    const PackedBf16 by_rows(*kernels, {turned.data(), kCols, kRows});
    CAPTURE(kernels->name);
    REQUIRE(by_columns.rows() == kCols);
    REQUIRE(by_columns.depth() == by_rows.depth());
    CHECK(std::equal(by_rows.panels(), by_rows.panels() + 80 * by_rows.depth(), by_columns.panels()));
  }
}

TEST_CASE(
    "a gradient of weights in bfloat16 replaces what is there or is added to it, whatever the number of "
    "tokens") {
  for (const kernels::GemmBf16Kernels* kernels : supported_gemm_bf16()) {
    const Level level = with_bf16(*kernels);
    for (const std::size_t tokens : {0, 1, 31, 32, 50, 512, 700}) {
      for (const auto& [m, n] : {std::pair<std::size_t, std::size_t>{1, 1}, {33, 50}, {400, 18}}) {
        const std::size_t a_stride = m + 3, b_stride = n + 2;
        const std::vector<float> a = uniform_values(tokens * a_stride, 1);
        const std::vector<float> b = uniform_values(tokens * b_stride, 2), before = uniform_values(m * n, 3);
        const std::vector<double> a_rounded = rounded(a), b_rounded = rounded(b);
        std::vector<float> c = before, from_zero(m * n), replaced = before;
        std::vector<float> sums(m, 1.0f), expected_sums = sums;
        const ConstMatrix left(a.data(), tokens, m, a_stride), right(b.data(), tokens, n, b_stride);
        multiply_tn_bf16(level, left, right, {c.data(), m, n}, Product::accumulate, sums.data());
        multiply_tn_bf16(level, left, right, {from_zero.data(), m, n}, Product::accumulate, nullptr);
        multiply_tn_bf16(level, left, right, {replaced.data(), m, n}, Product::replace, nullptr);
        CHECK(replaced == from_zero);
        // In parts of the tokens as at once, and near the sums in double.
        add_column_sums(left, expected_sums.data());
        CHECK(sums == expected_sums);
        for (std::size_t i = 0; i < m; ++i) {
          double exact = 1, magnitude = 1;
          for (std::size_t p = 0; p < tokens; ++p) {
            exact += double(a[p * a_stride + i]);
            magnitude += std::abs(double(a[p * a_stride + i]));
          }
          REQUIRE(std::abs(sums[i] - exact) <= double(tokens + 1) * FLT_EPSILON * magnitude);
        }
        Worst worst;
        for (std::size_t i = 0; i < m; ++i) {
          for (std::size_t j = 0; j < n; ++j) {
            double exact = before[i * n + j], magnitude = std::abs(exact);
            for (std::size_t p = 0; p < tokens; ++p) {
              const double product = a_rounded[p * a_stride + i] * b_rounded[p * b_stride + j];
              exact += product;
              magnitude += std::abs(product);
            }
            worst.take(c[i * n + j], exact, magnitude, tokens);
          }
        }
        CAPTURE(kernels->name);
        CAPTURE(tokens);
        CAPTURE(m);
        CHECK(worst.units <= 1.0);
      }
    }
  }
}

TEST_CASE("a row of a product in bfloat16 is the same, bit for bit, whatever rows stand beside it") {
  constexpr std::size_t kRows = 300, kCols = 131, kDepth = 700;  // more rows than are rounded at once
  const std::vector<float> a = uniform_values(kRows * kDepth, 1), b = uniform_values(kCols * kDepth, 2);
  for (const kernels::GemmBf16Kernels* kernels : supported_gemm_bf16()) {
    const PackedBf16 packed(*kernels, {b.data(), kCols, kDepth});
    std::vector<float> together(kRows * kCols), some(kRows * kCols);
    multiply_packed({a.data(), kRows, kDepth}, packed, nullptr, {together.data(), kRows, kCols});
    CAPTURE(kernels->name);
    for (const std::size_t rows : {1, 2, 3, 5, 9, 20}) {
      for (std::size_t row = 0; row < kRows; row += 29) {
        const std::size_t count = std::min(rows, kRows - row);
        multiply_packed({a.data() + row * kDepth, count, kDepth}, packed, nullptr,
                        {some.data(), count, kCols});
        CHECK(std::equal(some.begin(), some.begin() + long(count * kCols),
                         together.begin() + long(row * kCols)));
      }
    }
  }
}
