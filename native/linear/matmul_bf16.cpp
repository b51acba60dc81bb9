#include "linear/matmul_bf16.h"

#include <algorithm>

#include "linear/column_sums.h"
#include "linear/left_strips.h"

namespace attune {
namespace {

using kernels::kBf16DepthStep;
using kernels::kBf16PanelCols;

constexpr std::size_t kChunk = 512;  // tokens

struct Scratch {
  AlignedBuffer<std::uint16_t> left, right;
  AlignedBuffer<float> turned;
};

Scratch& scratch() {
  thread_local Scratch buffers;
  return buffers;
}

// left[i, k] = a[k, i], rounded, for all tokens k and columns i of a; zeros up to `depth`. Adds the columns up on
// the way where somebody asks.
void turn_columns(const Level& level, ConstMatrix a, std::size_t depth, std::uint16_t* left,
                  std::size_t stride, float* column_sums) {
  const std::size_t width = level.gemm.tile_cols;
  float* const turned = scratch().turned.reserve(a.cols * width);
  for (std::size_t token = 0; token < a.rows; token += width) {
    const std::size_t here = std::min(width, a.rows - token);
    level.gemm.pack_rows(a.row(token), a.stride, here, a.cols, turned);
    for (std::size_t i = 0; i < a.cols; ++i)
      level.gemm_bf16.round(turned + i * width, here, left + i * stride + token);
    if (column_sums != nullptr) add_column_sums(rows_of(a, token, here), column_sums);
  }
  for (std::size_t i = 0; i < a.cols; ++i)
    std::fill(left + i * stride + a.rows, left + i * stride + depth, std::uint16_t{0});
}

}  // namespace

void multiply_packed(ConstMatrix a, const PackedBf16& b, const float* bias, Matrix c) {
  const std::size_t depth = b.depth();
  const std::size_t stride = stride_of_strip(depth * sizeof(std::uint16_t)) / sizeof(std::uint16_t);
  const std::size_t strip = rows_of_strip(a.rows, stride * sizeof(std::uint16_t));
  std::uint16_t* const left = scratch().left.reserve(std::min(strip, a.rows) * stride);
  for (std::size_t row = 0; row < a.rows; row += strip) {
    const std::size_t rows = std::min(strip, a.rows - row);
    for (std::size_t r = 0; r < rows; ++r) {
      b.kernels().round(a.row(row + r), a.cols, left + r * stride);
      std::fill(left + r * stride + a.cols, left + r * stride + depth, std::uint16_t{0});
    }
    b.kernels().product({.a = left,
                         .a_stride = stride,
                         .b = b.panels(),
                         .depth = depth,
                         .c = c.row(row),
                         .c_stride = c.stride,
                         .rows = rows,
                         .cols = b.rows(),
                         .bias = bias,
                         .accumulate = false});
  }
}

void multiply_tn_bf16(const Level& level, ConstMatrix a, ConstMatrix b, Matrix c, Product product,
                      float* column_sums) {
  if (a.rows == 0 && product == Product::replace) {
    for (std::size_t row = 0; row < c.rows; ++row) std::fill_n(c.row(row), c.cols, 0.0f);
  }
  for (std::size_t token = 0; token < a.rows; token += kChunk) {
    const std::size_t tokens = std::min(kChunk, a.rows - token);
    const std::size_t depth = (tokens + kBf16DepthStep - 1) / kBf16DepthStep * kBf16DepthStep;
    const std::size_t panels = (c.cols + kBf16PanelCols - 1) / kBf16PanelCols;
    std::uint16_t* const right = scratch().right.reserve(panels * kBf16PanelCols * depth);
    for (std::size_t col = 0; col < c.cols; col += kBf16PanelCols) {
      level.gemm_bf16.pack_columns(b.row(token) + col, b.stride, tokens,
                                   std::min(kBf16PanelCols, c.cols - col), depth, right + col * depth);
    }
    const std::size_t stride = stride_of_strip(depth * sizeof(std::uint16_t)) / sizeof(std::uint16_t);
    const std::size_t strip = rows_of_strip(c.rows, stride * sizeof(std::uint16_t));
    std::uint16_t* const left = scratch().left.reserve(std::min(strip, c.rows) * stride);
    const ConstMatrix chunk = rows_of(a, token, tokens);
    for (std::size_t row = 0; row < c.rows; row += strip) {
      const std::size_t rows = std::min(strip, c.rows - row);
      turn_columns(level, columns_of(chunk, row, rows), depth, left, stride,
                   column_sums == nullptr ? nullptr : column_sums + row);
      level.gemm_bf16.product({.a = left,
                               .a_stride = stride,
                               .b = right,
                               .depth = depth,
                               .c = c.row(row),
                               .c_stride = c.stride,
                               .rows = rows,
                               .cols = c.cols,
                               .bias = nullptr,
                               .accumulate = token > 0 || product == Product::accumulate});
    }
  }
}

}  // namespace attune
