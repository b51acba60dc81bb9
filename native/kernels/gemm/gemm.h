// Products of small float32 tiles, from which every matrix product of the core is made.
#pragma once
#include <cstddef>

namespace attune::kernels {

// One tile of a product. Element (row r, depth k) or (depth k, column j) of its operands is
//
//   left    a[r * a_row_stride + k * a_depth_stride]
//   right   b_panel[k * tile_cols + j]
//
// The left operand is read where it lies. The right one is packed depth-major into a panel as wide as the
// level's tile, zero beyond `cols`, so that the loop over depth reads it in order.
struct GemmTile {
  const float* a;
  std::size_t a_row_stride;
  std::size_t a_depth_stride;
  const float* b_panel;
  std::size_t depth;
  float* c;
  std::size_t c_stride;
  std::size_t rows;   // 1 to tile_rows
  std::size_t cols;   // 1 to tile_cols
  const float* bias;  // cols numbers, or null for none
  bool accumulate;
  // What is read soon after: so many lines of 64 bytes, at most `depth`, are brought into the second-level
  // cache meanwhile.
  const float* ahead = nullptr;
  std::size_t ahead_lines = 0;
};

struct GemmKernels {
  const char* name;
  std::size_t tile_rows;
  std::size_t tile_cols;

  //   c[r * c_stride + j]  =  start + sum over k < depth of  a[r, k] * b_panel[k, j]
  //
  // where start is what c holds when it accumulates, else the bias. The sum of an element runs over k in
  // order, so that it does not depend on which row or column of which tile the element is.
  void (*tile)(const GemmTile& tile) noexcept;

  // Fills a panel from `count` rows, 1 to tile_cols, for k < depth and j < tile_cols:
  //
  //   panel[k * tile_cols + j]  =  rows[j * row_stride + k]  where j < count, else 0
  void (*pack_rows)(const float* rows, std::size_t row_stride, std::size_t count, std::size_t depth,
                    float* panel) noexcept;
  // The same from tile_cols columns:
  //
  //   panel[k * tile_cols + j]  =  columns[k * depth_stride + j]
  void (*pack_columns)(const float* columns, std::size_t depth_stride, std::size_t depth,
                       float* panel) noexcept;
};

extern const GemmKernels gemm_scalar;
extern const GemmKernels gemm_avx2;
extern const GemmKernels gemm_avx512;

}  // namespace attune::kernels
