// Matrix products against double arithmetic, at every level this CPU runs,
// at sizes around the width of a tile.
#include "linear/matmul.h"

#include <doctest/doctest.h>
#include <algorithm>
#include <cfloat>
#include <cmath>
#include <vector>

#include "random_values.h"
#include "tested_levels.h"

using namespace attune;

namespace {

enum class Layout { nt, nn, tn };

// Every element of a product of m x k by k x n, against the same sum in double.
// Summing k products errs by at most about k/2 float epsilons of the sum of their magnitudes
// (Higham 2002, eq. 3.5); the bound is twice that.
void check_product(const Level& level, Layout layout, std::size_t m, std::size_t n, std::size_t k,
                   Product product) {
  const std::vector<float> a = uniform_values(m * k, 1), b = uniform_values(n * k, 2),
                           before = uniform_values(m * n, 3);
  std::vector<float> c = before;
  const Matrix out(c.data(), m, n);
  if (layout == Layout::nt) multiply_nt(level, {a.data(), m, k}, {b.data(), n, k}, out, product);
  if (layout == Layout::nn) multiply_nn(level, {a.data(), m, k}, {b.data(), k, n}, out, product);
  if (layout == Layout::tn) multiply_tn(level, {a.data(), k, m}, {b.data(), k, n}, out, product);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      double exact = product == Product::accumulate ? before[i * n + j] : 0.0;
      double magnitude = std::abs(exact);
      for (std::size_t p = 0; p < k; ++p) {
        const double left = layout == Layout::tn ? a[p * m + i] : a[i * k + p];
        const double right = layout == Layout::nt ? b[j * k + p] : b[p * n + j];
        exact += left * right;
        magnitude += std::abs(left * right);
      }
      CAPTURE(level.name);
      CAPTURE(m);
      CAPTURE(n);
      CAPTURE(k);
      CHECK(std::abs(c[i * n + j] - exact) <= double(k + 1) * FLT_EPSILON * magnitude);
    }
  }
}

}  // namespace

TEST_CASE("every level agrees with exact arithmetic, whatever the sizes") {
  for (const Level& level : tested_levels()) {
    for (const Layout layout : {Layout::nt, Layout::nn, Layout::tn}) {
      for (const Product product : {Product::replace, Product::accumulate}) {
        for (const std::size_t m : {1, 5, 12, 13}) {
          for (const std::size_t n : {1, 16, 31, 33}) {
            for (const std::size_t k : {0, 1, 7, 64}) check_product(level, layout, m, n, k, product);
          }
        }
        check_product(level, layout, 14, 530, 520, product);  // beyond one block of columns and of depth
      }
    }
  }
}

// A layer as a model has it: rows apart by more than they hold,
// weights packed once and given in two parts, a bias.
TEST_CASE("a product with packed weights agrees with exact arithmetic, whatever the sizes") {
  for (const Level& level : tested_levels()) {
    for (const std::size_t m : {1, 6, 13, 14, 15, 29}) {
      for (const std::size_t n : {1, 17, 32, 70}) {
        for (const std::size_t k : {0, 1, 64, 513, 1100}) {
          const std::size_t a_stride = k + 5, c_stride = n + 3, first_rows = n / 3;
          const std::vector<float> a = uniform_values(m * a_stride, 1), b = uniform_values(n * k, 2);
          const std::vector<float> bias = uniform_values(n, 3);
          const ConstMatrix parts[] = {{b.data(), first_rows, k},
                                       {b.data() + first_rows * k, n - first_rows, k}};
          const PackedMatrix packed(level, parts);
          for (const float* start : {bias.data(), static_cast<const float*>(nullptr)}) {
            std::vector<float> c(m * c_stride, 42.0f);
            multiply_packed({a.data(), m, k, a_stride}, packed, start, {c.data(), m, n, c_stride});
            double worst = 0.0;  // in units of the bound
            bool edge_kept = true;
            for (std::size_t i = 0; i < m; ++i) {
              for (std::size_t j = 0; j < n; ++j) {
                double exact = start == nullptr ? 0.0 : start[j];
                double magnitude = std::abs(exact);
                for (std::size_t p = 0; p < k; ++p) {
                  exact += double(a[i * a_stride + p]) * double(b[j * k + p]);
                  magnitude += std::abs(double(a[i * a_stride + p]) * double(b[j * k + p]));
                }
                const double bound = double(k + 1) * FLT_EPSILON * magnitude + 1e-30;
                worst = std::max(worst, std::abs(c[i * c_stride + j] - exact) / bound);
              }
              for (std::size_t j = n; j < c_stride; ++j)
                edge_kept = edge_kept && c[i * c_stride + j] == 42.0f;
            }
            CAPTURE(level.name);
            CAPTURE(m);
            CAPTURE(n);
            CAPTURE(k);
            CHECK(worst <= 1.0);
            CHECK(edge_kept);
          }
        }
      }
    }
  }
}

TEST_CASE("a row of a product is the same, bit for bit, whatever rows stand beside it") {
  constexpr std::size_t kRows = 31, kCols = 45, kDepth = 700;
  for (const Level& level : tested_levels()) {
    for (const std::size_t stride :
         {std::size_t(kDepth), std::size_t(1024)}) {  // read in place, and packed first
      const std::vector<float> a = uniform_values(kRows * stride, 1), b = uniform_values(kCols * kDepth, 2);
      const PackedMatrix packed(level, {b.data(), kCols, kDepth});
      std::vector<float> together(kRows * kCols), unpacked(kRows * kCols), alone(kCols);
      const ConstMatrix left(a.data(), kRows, kDepth, stride);
      multiply_packed(left, packed, nullptr, {together.data(), kRows, kCols});
      multiply_nt(level, left, {b.data(), kCols, kDepth}, {unpacked.data(), kRows, kCols}, Product::replace);
      CAPTURE(level.name);
      CHECK(together == unpacked);
      for (std::size_t row = 0; row < kRows; ++row) {
        multiply_packed({left.row(row), 1, kDepth}, packed, nullptr, {alone.data(), 1, kCols});
        CHECK(std::equal(alone.begin(), alone.end(), together.begin() + long(row * kCols)));
      }
    }
  }
}

TEST_CASE("a panel holds the numbers of its rows or columns in the order of depth") {
  for (const Level& level : tested_levels()) {
    const std::size_t width = level.gemm.tile_cols;
    for (const std::size_t depth : {0, 1, 7, 8, 15, 16, 17, 40}) {
      const std::size_t row_stride = depth + 3, depth_stride = width + 5;
      const std::vector<float> rows = uniform_values(width * row_stride, 1);
      const std::vector<float> columns = uniform_values(depth * depth_stride, 2);
      std::vector<float> from_columns(width * depth + 1, 42.0f);
      level.gemm.pack_columns(columns.data(), depth_stride, depth, from_columns.data());
      bool equal = from_columns.back() == 42.0f;
      for (std::size_t k = 0; k < depth; ++k) {
        for (std::size_t j = 0; j < width; ++j)
          equal = equal && from_columns[k * width + j] == columns[k * depth_stride + j];
      }
      for (std::size_t count = 1; count <= width; ++count) {
        // No more than the rows: what lies behind them is not looked at.
        const std::vector<float> some(rows.begin(),
                                      rows.begin() + long((count - 1) * row_stride + std::size_t(depth)));
        std::vector<float> from_rows(width * depth + 1, 42.0f);
        level.gemm.pack_rows(some.data(), row_stride, count, depth, from_rows.data());
        equal = equal && from_rows.back() == 42.0f;
        for (std::size_t k = 0; k < depth; ++k) {
          for (std::size_t j = 0; j < width; ++j)
            equal = equal && from_rows[k * width + j] == (j < count ? rows[j * row_stride + k] : 0.0f);
        }
      }
      CAPTURE(level.name);
      CAPTURE(depth);
      CHECK(equal);
    }
  }
}

// Sizes around a block with a stride at which the left operand is packed first, and one at which it is not.
TEST_CASE("a product is the same whether its left operand is read in place or packed") {
  constexpr std::size_t kRows = 29, kCols = 67, kDepth = 600;
  for (const Level& level : tested_levels()) {
    const std::vector<float> b = uniform_values(kDepth * kCols, 2);
    std::vector<float> results[2];
    for (const bool collide : {false, true}) {
      const std::size_t stride = collide ? 1024 : 700;
      std::vector<float> a(kDepth * stride);
      const std::vector<float> values = uniform_values(kRows * kDepth, 1);
      for (std::size_t i = 0; i < kRows; ++i) {
        for (std::size_t k = 0; k < kDepth; ++k) a[k * stride + i] = values[i * kDepth + k];
      }
      results[collide].resize(kRows * kCols);
      multiply_tn(level, {a.data(), kDepth, kRows, stride}, {b.data(), kDepth, kCols},
                  {results[collide].data(), kRows, kCols}, Product::replace);
    }
    CAPTURE(level.name);
    CHECK(results[0] == results[1]);
  }
}
