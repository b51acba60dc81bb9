// Packing and blocking around the tile kernels.
#include "runtime/matmul.h"

#include <algorithm>
#include <vector>

namespace attune {
namespace {

// A block of b, kBlockDepth x kBlockCols floats (1 MiB at most), stays in the second-level cache while rows of a pass by.
constexpr std::size_t kBlockDepth = 512;
constexpr std::size_t kBlockCols = 512;

struct Scratch {
  std::vector<float> a_panel, b_panels, tile;
};

Scratch& scratch() {
  thread_local Scratch buffers;
  return buffers;
}

// Where an operand's element (row along m or n, position along k) is found.
struct Operand {
  const float* data;
  std::size_t row_stride;
  std::size_t depth_stride;
};

// panel[k * width + r] = operand(first_row + r, first_depth + k), zero beyond `rows`.
void pack_panel(const Operand& operand, std::size_t first_row, std::size_t rows, std::size_t width,
                std::size_t first_depth, std::size_t depth, float* panel) {
  if (rows < width) std::fill(panel, panel + width * depth, 0.0f);
  const float* origin = operand.data + first_row * operand.row_stride + first_depth * operand.depth_stride;
  if (operand.row_stride == 1) {
    for (std::size_t k = 0; k < depth; ++k) std::copy_n(origin + k * operand.depth_stride, rows, panel + k * width);
  } else {
    for (std::size_t r = 0; r < rows; ++r) {
      const float* source = origin + r * operand.row_stride;
      for (std::size_t k = 0; k < depth; ++k) panel[k * width + r] = source[k * operand.depth_stride];
    }
  }
}

void multiply(const Level& level, Operand a, Operand b, std::size_t depth, Matrix c, Product product) {
  const kernels::GemmKernels& gemm = level.gemm;
  if (depth == 0 && product == Product::replace) {
    for (std::size_t row = 0; row < c.rows; ++row) std::fill_n(c.row(row), c.cols, 0.0f);
    return;
  }
  Scratch& buffers = scratch();
  const std::size_t block_cols = std::min(kBlockCols, (c.cols + gemm.tile_cols - 1) / gemm.tile_cols * gemm.tile_cols);
  const std::size_t block_depth = std::min(kBlockDepth, depth);
  buffers.a_panel.resize(gemm.tile_rows * block_depth);
  buffers.b_panels.resize((block_cols / gemm.tile_cols + 1) * gemm.tile_cols * block_depth);
  buffers.tile.resize(gemm.tile_rows * gemm.tile_cols);

  for (std::size_t col = 0; col < c.cols; col += kBlockCols) {
    const std::size_t cols = std::min(kBlockCols, c.cols - col);
    for (std::size_t k = 0; k < depth; k += kBlockDepth) {
      const std::size_t depth_here = std::min(kBlockDepth, depth - k);
      const bool accumulate = k > 0 || product == Product::accumulate;
      for (std::size_t j = 0; j < cols; j += gemm.tile_cols) {
        pack_panel(b, col + j, std::min(gemm.tile_cols, cols - j), gemm.tile_cols, k, depth_here,
                   buffers.b_panels.data() + j * depth_here);
      }
      for (std::size_t row = 0; row < c.rows; row += gemm.tile_rows) {
        const std::size_t rows = std::min(gemm.tile_rows, c.rows - row);
        pack_panel(a, row, rows, gemm.tile_rows, k, depth_here, buffers.a_panel.data());
        for (std::size_t j = 0; j < cols; j += gemm.tile_cols) {
          const float* b_panel = buffers.b_panels.data() + j * depth_here;
          const std::size_t tile_cols = std::min(gemm.tile_cols, cols - j);
          float* out = c.row(row) + col + j;
          if (rows == gemm.tile_rows && tile_cols == gemm.tile_cols) {
            gemm.tile(buffers.a_panel.data(), b_panel, depth_here, out, c.stride, accumulate);
            continue;
          }
          // A tile over the edge of c is computed beside it, and its valid part is copied.
          gemm.tile(buffers.a_panel.data(), b_panel, depth_here, buffers.tile.data(), gemm.tile_cols, false);
          for (std::size_t r = 0; r < rows; ++r) {
            for (std::size_t t = 0; t < tile_cols; ++t) {
              float& value = out[r * c.stride + t];
              value = (accumulate ? value : 0.0f) + buffers.tile[r * gemm.tile_cols + t];
            }
          }
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

}  // namespace attune
