// Products of 8-bit codes against integer arithmetic, at every kernel this CPU runs, at sizes around those of a
// tile.
#include "linear/matmul_int8.h"

#include <doctest/doctest.h>
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "attune/error.h"
#include "random_values.h"
#include "runtime/levels.h"

using namespace attune;

namespace {

struct Codes {
  std::vector<int> codes;  // those of a left row less its zero
  float scale;
};

// As gemm_int8.h and packed_int8.h say it.
Codes left_codes(const float* values, std::size_t count) {
  float low = 0.0f, high = 0.0f;
  for (std::size_t i = 0; i < count; ++i) {
    low = std::min(low, values[i]);
    high = std::max(high, values[i]);
  }
  Codes result{std::vector<int>(count), (high - low) / 255.0f};
  if (high == low) return result;
  const float inverse = 255.0f / (high - low);
  const int zero = static_cast<int>(std::nearbyint(-low * inverse));
  for (std::size_t i = 0; i < count; ++i)
    result.codes[i] = std::clamp(static_cast<int>(std::nearbyint(values[i] * inverse)) + zero, 0, 255) - zero;
  return result;
}

Codes right_codes(const float* values, std::size_t count) {
  float most = 0.0f;
  for (std::size_t i = 0; i < count; ++i) most = std::max(most, std::abs(values[i]));
  Codes result{std::vector<int>(count), most / 127.0f};
  for (std::size_t i = 0; i < count && most > 0.0f; ++i)
    result.codes[i] = static_cast<int>(std::nearbyint(values[i] * (127.0f / most)));
  return result;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](float x, float y) {
    return std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y);
  });
}

}  // namespace

TEST_CASE("a product of codes has the bits of exact sums, whatever the sizes") {
  for (const kernels::GemmInt8Kernels* kernels : supported_gemm_int8()) {
    for (const std::size_t m : {1, 2, 4, 6, 7, 14, 15, 29, 40, 65}) {
      for (const std::size_t n : {1, 17, 32, 70, 139}) {
        for (const std::size_t k : {0, 1, 63, 64, 65, 513}) {
          const std::size_t a_stride = k + 5, c_stride = n + 3, first_rows = n / 3;
          std::vector<float> a = uniform_values(m * a_stride, 1), b = uniform_values(n * k, 2);
          std::fill_n(a.begin(), k, 0.0f);  // a row of zeros
          const std::vector<float> bias = uniform_values(n, 3);
          const ConstMatrix parts[] = {{b.data(), first_rows, k},
                                       {b.data() + first_rows * k, n - first_rows, k}};
          const PackedInt8 packed(*kernels, parts);
          for (const float* start : {bias.data(), static_cast<const float*>(nullptr)}) {
            std::vector<float> c(m * c_stride, 42.0f), expected = c;
            multiply_packed({a.data(), m, k, a_stride}, packed, start, {c.data(), m, n, c_stride});
            for (std::size_t i = 0; i < m; ++i) {
              const Codes left = left_codes(a.data() + i * a_stride, k);
              for (std::size_t j = 0; j < n; ++j) {
                const Codes right = right_codes(b.data() + j * k, k);
                std::int64_t sum = 0;
                for (std::size_t p = 0; p < k; ++p) sum += left.codes[p] * right.codes[p];
                const float scaled = static_cast<float>(sum) * (left.scale * right.scale);
                expected[i * c_stride + j] = scaled + (start == nullptr ? 0.0f : start[j]);
              }
            }
            CAPTURE(kernels->name);
            CAPTURE(m);
            CAPTURE(n);
            CAPTURE(k);
            CHECK(same_bits(c, expected));
          }
        }
      }
    }
  }
}

// A weight is off by at most half a step, a value by one: its zero is rounded too where codes are cut at 255.
TEST_CASE("a product of codes is within its steps of the exact product") {
  constexpr std::size_t kRows = 9, kCols = 40, kDepth = 384;
  const std::vector<float> a = normal_values(kRows * kDepth, 1), b = normal_values(kCols * kDepth, 2);
  for (const kernels::GemmInt8Kernels* kernels : supported_gemm_int8()) {
    const PackedInt8 packed(*kernels, {b.data(), kCols, kDepth});
    std::vector<float> c(kRows * kCols);
    multiply_packed({a.data(), kRows, kDepth}, packed, nullptr, {c.data(), kRows, kCols});
    bool within = true;
    for (std::size_t i = 0; i < kRows; ++i) {
      for (std::size_t j = 0; j < kCols; ++j) {
        const double left_step = left_codes(a.data() + i * kDepth, kDepth).scale * 1.00001;
        const double right_step = right_codes(b.data() + j * kDepth, kDepth).scale / 2.0 * 1.00001;
        double exact = 0.0, bound = 1e-4;
        for (std::size_t p = 0; p < kDepth; ++p) {
          const double left = a[i * kDepth + p], right = b[j * kDepth + p];
          exact += left * right;
          bound += std::abs(left) * right_step + std::abs(right) * left_step + left_step * right_step;
        }
        within = within && std::abs(c[i * kCols + j] - exact) <= bound;
      }
    }
    CAPTURE(kernels->name);
    CHECK(within);
  }
}

TEST_CASE("the greatest codes at a great depth do not overflow") {
  constexpr std::size_t kDepth = kernels::kInt8MostDepth;
  const std::vector<float> ones(kDepth * 2, 1.0f), minus(kDepth, -1.0f);
  for (const kernels::GemmInt8Kernels* kernels : supported_gemm_int8()) {
    const PackedInt8 packed(*kernels, {ones.data(), 2, kDepth});
    float c[2];
    multiply_packed({ones.data(), 1, kDepth}, packed, nullptr, {c, 1, 2});
    CAPTURE(kernels->name);
    CHECK(c[1] == doctest::Approx(kDepth));
    multiply_packed({minus.data(), 1, kDepth}, packed, nullptr, {c, 1, 2});
    CHECK(c[1] == doctest::Approx(-double(kDepth)));
  }
  const std::vector<float> deeper(kDepth + 1, 1.0f);
  CHECK_THROWS_AS(PackedInt8(kernels::gemm_int8_scalar, {deeper.data(), 1, kDepth + 1}), Error);
}

TEST_CASE("rows that no code holds: NaN and infinity give NaN, tiny numbers zeros") {
  constexpr std::size_t kDepth = 70;
  const std::vector<float> b = uniform_values(3 * kDepth, 1);
  std::vector<float> a = uniform_values(3 * kDepth, 2);
  a[5] = std::numeric_limits<float>::quiet_NaN();
  a[kDepth + 69] = -std::numeric_limits<float>::infinity();
  for (std::size_t i = 2 * kDepth; i < 3 * kDepth; ++i) a[i] *= 0x1p-126f;
  const float bias[] = {1.0f, 2.0f, 3.0f};
  for (const kernels::GemmInt8Kernels* kernels : supported_gemm_int8()) {
    const PackedInt8 packed(*kernels, {b.data(), 3, kDepth});
    std::vector<float> c(9);
    multiply_packed({a.data(), 3, kDepth}, packed, bias, {c.data(), 3, 3});
    CAPTURE(kernels->name);
    for (std::size_t i = 0; i < 6; ++i) CHECK(std::isnan(c[i]));
    for (std::size_t j = 0; j < 3; ++j) CHECK(c[6 + j] == bias[j]);
  }
}

TEST_CASE("a row of a product of codes is the same, bit for bit, whatever rows stand beside it") {
  constexpr std::size_t kRows = 700, kCols = 131, kDepth = 700;  // more rows than are quantized at once
  const std::vector<float> a = uniform_values(kRows * kDepth, 1), b = uniform_values(kCols * kDepth, 2);
  for (const kernels::GemmInt8Kernels* kernels : supported_gemm_int8()) {
    const PackedInt8 packed(*kernels, {b.data(), kCols, kDepth});
    std::vector<float> together(kRows * kCols), alone(kCols);
    multiply_packed({a.data(), kRows, kDepth}, packed, nullptr, {together.data(), kRows, kCols});
    CAPTURE(kernels->name);
    for (std::size_t row = 0; row < kRows; row += 41) {
      multiply_packed({a.data() + row * kDepth, 1, kDepth}, packed, nullptr, {alone.data(), 1, kCols});
      CHECK(std::equal(alone.begin(), alone.end(), together.begin() + long(row * kCols)));
    }
  }
}
