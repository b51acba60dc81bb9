// The loop over AMX tiles, run over a plain model of its instructions, against the definitions: on any machine.
// The instructions themselves are tested by the other tests, where the CPU has them.
//
// Model: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, LDTILECFG, TILELOADD, TDPBF16PS,
// TDPBUSD, TILESTORED.
#include <doctest/doctest.h>
#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels/gemm_bf16/tile_product.h"
#include "kernels/gemm_int8/tile_product.h"
#include "random_values.h"

using namespace attune;
using namespace attune::kernels;

namespace {

// Registers by their place in the product, with the number of rows that the configuration gave them. What the
// CPU refuses to do fails here too.
struct ModelRegisters {
  struct Tile {
    std::size_t rows = 0;
    unsigned char bytes[kTileSide][kTileBytes] = {};
  };
  Tile left[2], right[2], sums[2][2];
  bool configured = false;
  int* releases;

  explicit ModelRegisters(int* releases) : releases(releases) {}

  void configure(std::size_t first_rows, std::size_t second_rows) {
    REQUIRE(first_rows >= 1);
    REQUIRE(first_rows <= kTileSide);
    REQUIRE(second_rows <= kTileSide);
    *this = ModelRegisters(releases);  // a configuration clears the registers
    configured = true;
    left[0].rows = sums[0][0].rows = sums[0][1].rows = first_rows;
    left[1].rows = sums[1][0].rows = sums[1][1].rows = second_rows;
    right[0].rows = right[1].rows = kTileSide;
  }
  void clear() {
    for (auto& row : sums) {
      for (Tile& tile : row) std::memset(tile.bytes, 0, sizeof(tile.bytes));
    }
  }
  void load(Tile& tile, const void* from, std::size_t stride) {
    REQUIRE(configured);
    REQUIRE(tile.rows > 0);
    for (std::size_t r = 0; r < tile.rows; ++r)
      std::memcpy(tile.bytes[r], static_cast<const char*>(from) + r * stride, kTileBytes);
  }
  template <int i>
  void load_left(const void* from, std::size_t stride) {
    load(left[i], from, stride);
  }
  template <int j>
  void load_right(const void* from) {
    load(right[j], from, kTileBytes);
  }
  template <int i, int j>
  void store(void* to) {
    REQUIRE(configured);
    REQUIRE(sums[i][j].rows > 0);
    for (std::size_t r = 0; r < sums[i][j].rows; ++r)
      std::memcpy(static_cast<char*>(to) + r * kSumStride, sums[i][j].bytes[r], kTileBytes);
  }
  void release() {
    configured = false;
    ++*releases;
  }

  // sums[r][n] += product(left[r] line k, right[k] line n), of 4 bytes each
  template <class Sum, int i, int j, class Product>
  void multiply_by(Product product) {
    REQUIRE(configured);
    REQUIRE(left[i].rows > 0);
    for (std::size_t r = 0; r < left[i].rows; ++r) {
      for (std::size_t k = 0; k < kTileSide; ++k) {
        for (std::size_t n = 0; n < kTileSide; ++n) {
          Sum sum;
          std::memcpy(&sum, sums[i][j].bytes[r] + 4 * n, 4);
          sum = product(sum, left[i].bytes[r] + 4 * k, right[j].bytes[k] + 4 * n);
          std::memcpy(sums[i][j].bytes[r] + 4 * n, &sum, 4);
        }
      }
    }
  }
};

float bf16_at(const unsigned char* bytes) {
  return std::bit_cast<float>(std::uint32_t{bytes[0]} << 16 | std::uint32_t{bytes[1]} << 24);
}

struct Bf16Model : ModelRegisters {
  using ModelRegisters::ModelRegisters;
  template <int i, int j>
  void multiply() {
    multiply_by<float, i, j>([](float sum, const unsigned char* a, const unsigned char* b) {
      return sum + bf16_at(a) * bf16_at(b) + bf16_at(a + 2) * bf16_at(b + 2);
    });
  }
};

struct Int8Model : ModelRegisters {
  using ModelRegisters::ModelRegisters;
  template <int i, int j>
  void multiply() {
    multiply_by<std::int32_t, i, j>([](std::int32_t sum, const unsigned char* a, const unsigned char* b) {
      for (int byte = 0; byte < 4; ++byte) sum += a[byte] * static_cast<std::int8_t>(b[byte]);
      return sum;
    });
  }
};

constexpr std::size_t kRowCounts[] = {1, 15, 16, 17, 31, 32, 33, 48, 49, 70};
constexpr std::size_t kColCounts[] = {1, 16, 17, 32, 33, 50};

}  // namespace

TEST_CASE("the loop over tiles gives the bfloat16 product of the definition") {
  for (const std::size_t rows : kRowCounts) {
    for (const std::size_t cols : kColCounts) {
      for (const std::size_t depth : {0, 32, 96}) {
        const std::size_t stride = depth + 32, panels = (cols + 15) / 16;
        // No byte more than the operands have: reading beyond is an error of the sanitizer.
        std::vector<std::uint16_t> a(rows * stride - 32), b(panels * 16 * depth);
        const std::vector<float> values = uniform_values(a.size() + b.size(), 1),
                                 bias = uniform_values(cols, 2);
        gemm_bf16_scalar.round(values.data(), a.size(), a.data());
        gemm_bf16_scalar.round(values.data() + a.size(), b.size(), b.data());
        for (const bool accumulate : {false, true}) {
          for (const float* start : {static_cast<const float*>(nullptr), bias.data()}) {
            std::vector<float> expected = uniform_values(rows * (cols + 3), 3), got = expected;
            int releases = 0;
            Bf16Product product = {a.data(), stride, b.data(), depth, expected.data(),
                                   cols + 3, rows,   cols,     start, accumulate};
            gemm_bf16_scalar.product(product);
            product.c = got.data();
            bf16_tile_product(Bf16Model(&releases), product);
            double worst = 0.0;
            for (std::size_t i = 0; i < got.size(); ++i)
              worst = std::max(worst, std::abs(double(got[i]) - double(expected[i])));
            CAPTURE(rows);
            CAPTURE(cols);
            CAPTURE(depth);
            CHECK(worst <= 2.0 * double(depth + 1) * FLT_EPSILON * double(depth + 1));
            CHECK(releases == 1);
          }
        }
      }
    }
  }
}

TEST_CASE("the loop over tiles gives the bits of the definition's product of codes") {
  for (const std::size_t rows : kRowCounts) {
    for (const std::size_t cols : kColCounts) {
      for (const std::size_t depth : {0, 64, 192}) {
        const std::size_t stride = depth + 64, panels = (cols + 15) / 16;
        std::vector<std::uint8_t> a(rows * stride - 64);
        std::vector<std::int8_t> b(panels * 16 * depth);
        const std::vector<float> values = uniform_values(a.size() + b.size(), 1),
                                 bias = uniform_values(cols, 2);
        const std::vector<float> a_scales = uniform_values(rows, 4),
                                 b_scales = uniform_values(panels * 16, 5);
        std::vector<RowCodes> a_rows;
        for (std::size_t r = 0; r < rows; ++r)
          a_rows.push_back({a_scales[r], static_cast<std::int32_t>(37 * r % 256)});
        std::vector<std::int32_t> b_sums(panels * 16);
        for (std::size_t i = 0; i < a.size(); ++i)
          a[i] = static_cast<std::uint8_t>(static_cast<int>(127.5f + values[i] * 127.4f));
        for (std::size_t i = 0; i < b.size(); ++i) {
          b[i] = static_cast<std::int8_t>(values[a.size() + i] * 127.9f);
          b_sums[i / (16 * depth) * 16 + i / 4 % 16] += b[i];
        }
        for (const float* start : {static_cast<const float*>(nullptr), bias.data()}) {
          std::vector<float> expected(rows * (cols + 3), 42.0f), got = expected;
          int releases = 0;
          Int8Product product = {a.data(),        stride,        a_rows.data(), b.data(),
                                 b_scales.data(), b_sums.data(), depth,         expected.data(),
                                 cols + 3,        rows,          cols,          start};
          gemm_int8_scalar.product(product);
          product.c = got.data();
          int8_tile_product(Int8Model(&releases), product);
          CAPTURE(rows);
          CAPTURE(cols);
          CAPTURE(depth);
          CHECK(std::memcmp(got.data(), expected.data(), got.size() * sizeof(float)) == 0);
          CHECK(releases == 1);
        }
      }
    }
  }
}
