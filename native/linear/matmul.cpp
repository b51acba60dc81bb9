// Blocking around the tile kernels.
//
// The left operand is read where it lies: the rows of one tile are then as many streams, or one stream of
// short pieces, which the caches hold unless they fall onto the same sets. Then it is packed, one tile of
// rows at a time.
#include "linear/matmul.h"

#include <algorithm>

namespace attune {
namespace {

// A block of packed b, kBlockDepth x kBlockCols floats (1 MiB at most), stays in the second-level cache.
constexpr std::size_t kBlockCols = 512;
constexpr std::size_t kLineFloats = 16;  // of a line of the caches

struct Scratch {
  AlignedBuffer<float> a_panel, b_panels;
};

Scratch& scratch() {
  thread_local Scratch buffers;
  return buffers;
}

// Pieces apart by about a multiple of 512 floats (half the first-level cache's period of 4 KiB) share a few
// of its sets.
bool pieces_collide(const Operand& a) {
  const std::size_t apart = std::max(a.row_stride, a.depth_stride) % 512;
  return apart < 16 || apart > 496;
}

void multiply(const Level& level, Operand a, Operand b, std::size_t depth, Matrix c, Product product) {
  const kernels::GemmKernels& gemm = level.gemm;
  if (depth == 0) {
    for (std::size_t row = 0; product == Product::replace && row < c.rows; ++row) {
      std::fill_n(c.row(row), c.cols, 0.0f);
    }
    return;
  }
  const std::size_t block_cols =
      std::min(kBlockCols, (c.cols + gemm.tile_cols - 1) / gemm.tile_cols * gemm.tile_cols);
  const std::size_t block_depth = std::min(kBlockDepth, depth);
  float* const a_panel = scratch().a_panel.reserve(gemm.tile_rows * block_depth);
  float* const b_panels = scratch().b_panels.reserve(block_cols * block_depth);
  const bool a_in_place = !pieces_collide(a);

  for (std::size_t col = 0; col < c.cols; col += kBlockCols) {
    const std::size_t cols = std::min(kBlockCols, c.cols - col);
    for (std::size_t k = 0; k < depth; k += kBlockDepth) {
      const std::size_t depth_here = std::min(kBlockDepth, depth - k);
      const bool accumulate = k > 0 || product == Product::accumulate;
      for (std::size_t j = 0; j < cols; j += gemm.tile_cols) {
        pack_panel(gemm, b, col + j, std::min(gemm.tile_cols, cols - j), k, depth_here,
                   b_panels + j * depth_here);
      }
      for (std::size_t row = 0; row < c.rows; row += gemm.tile_rows) {
        const std::size_t rows = std::min(gemm.tile_rows, c.rows - row);
        kernels::GemmTile tile = {.a = a.data + row * a.row_stride + k * a.depth_stride,
                                  .a_row_stride = a.row_stride,
                                  .a_depth_stride = a.depth_stride,
                                  .b_panel = nullptr,
                                  .depth = depth_here,
                                  .c = nullptr,
                                  .c_stride = c.stride,
                                  .rows = rows,
                                  .cols = 0,
                                  .bias = nullptr,
                                  .accumulate = accumulate};
        if (!a_in_place) {
          pack_panel(a, row, rows, gemm.tile_rows, k, depth_here, a_panel);
          tile.a = a_panel;
          tile.a_row_stride = 1;
          tile.a_depth_stride = gemm.tile_rows;
        }
        for (std::size_t j = 0; j < cols; j += gemm.tile_cols) {
          tile.b_panel = b_panels + j * depth_here;
          tile.c = c.row(row) + col + j;
          tile.cols = std::min(gemm.tile_cols, cols - j);
          gemm.tile(tile);
        }
      }
    }
  }
}

}  // namespace

void multiply_nt(const Level& level, ConstMatrix a, ConstMatrix b, Matrix c, Product product) {
  multiply(level, {a.data, a.stride, 1}, {b.data, b.stride, 1}, a.cols, c, product);
}

void multiply_nn(const Level& level, ConstMatrix a, ConstMatrix b, Matrix c, Product product) {
  multiply(level, {a.data, a.stride, 1}, {b.data, 1, b.stride}, a.cols, c, product);
}

void multiply_tn(const Level& level, ConstMatrix a, ConstMatrix b, Matrix c, Product product) {
  multiply(level, {a.data, 1, a.stride}, {b.data, 1, b.stride}, a.rows, c, product);
}

void multiply_packed(ConstMatrix a, const PackedMatrix& b, const float* bias, Matrix c) {
  const kernels::GemmKernels& gemm = b.level().gemm;
  const std::size_t depth = b.cols();
  if (depth == 0) {
    for (std::size_t row = 0; row < c.rows; ++row) {
      for (std::size_t j = 0; j < c.cols; ++j) c.row(row)[j] = bias == nullptr ? 0.0f : bias[j];
    }
    return;
  }
  // Even tiles: a last one of few rows would wait for its own sums.
  const std::size_t tiles = (c.rows + gemm.tile_rows - 1) / gemm.tile_rows;
  for (std::size_t k = 0; k < depth; k += kBlockDepth) {
    const std::size_t depth_here = std::min(kBlockDepth, depth - k);
    // A panel of b passes all rows before the next comes: weights are read once for all rows. The next one is
    // brought near meanwhile, a part by each tile: the first tile would read it faster than memory gives it.
    for (std::size_t col = 0; col < c.cols; col += gemm.tile_cols) {
      const float* const panel = b.panel(col, k, depth_here);
      const float* const next_panel = panel + depth_here * gemm.tile_cols;
      const bool is_last = col + gemm.tile_cols >= c.cols;
      const std::size_t lines = is_last ? 0 : depth_here * gemm.tile_cols / kLineFloats;
      for (std::size_t number = 0; number < tiles; ++number) {
        const std::size_t row = c.rows * number / tiles, next_row = c.rows * (number + 1) / tiles;
        const std::size_t line = lines * number / tiles, next_line = lines * (number + 1) / tiles;
        gemm.tile({.a = a.row(row) + k,
                   .a_row_stride = a.stride,
                   .a_depth_stride = 1,
                   .b_panel = panel,
                   .depth = depth_here,
                   .c = c.row(row) + col,
                   .c_stride = c.stride,
                   .rows = next_row - row,
                   .cols = std::min(gemm.tile_cols, c.cols - col),
                   .bias = bias == nullptr ? nullptr : bias + col,
                   .accumulate = k > 0,
                   .ahead = next_panel + line * kLineFloats,
                   .ahead_lines = next_line - line});
      }
    }
  }
}

}  // namespace attune
