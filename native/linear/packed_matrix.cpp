#include "linear/packed_matrix.h"

#include <algorithm>

namespace attune {

void pack_panel(const Operand& operand, std::size_t first_row, std::size_t rows, std::size_t width,
                std::size_t first_depth, std::size_t depth, float* panel) noexcept {
  if (rows < width) std::fill(panel, panel + width * depth, 0.0f);
  const float* origin = operand.data + first_row * operand.row_stride + first_depth * operand.depth_stride;
  if (operand.row_stride == 1) {
    for (std::size_t k = 0; k < depth; ++k) {
      std::copy_n(origin + k * operand.depth_stride, rows, panel + k * width);
    }
    return;
  }
  // A few positions of every row at a time: the panel's lines are then complete while they are near.
  constexpr std::size_t kStep = 16;
  for (std::size_t first = 0; first < depth; first += kStep) {
    const std::size_t last = std::min(first + kStep, depth);
    for (std::size_t r = 0; r < rows; ++r) {
      const float* source = origin + r * operand.row_stride;
      for (std::size_t k = first; k < last; ++k) panel[k * width + r] = source[k * operand.depth_stride];
    }
  }
}

void pack_panel(const kernels::GemmKernels& gemm, const Operand& operand, std::size_t first_row,
                std::size_t rows, std::size_t first_depth, std::size_t depth, float* panel) noexcept {
  const float* const origin =
      operand.data + first_row * operand.row_stride + first_depth * operand.depth_stride;
  if (operand.depth_stride == 1) {
    gemm.pack_rows(origin, operand.row_stride, rows, depth, panel);
  } else if (operand.row_stride == 1 && rows == gemm.tile_cols) {
    gemm.pack_columns(origin, operand.depth_stride, depth, panel);
  } else {
    pack_panel(operand, first_row, rows, gemm.tile_cols, first_depth, depth, panel);
  }
}

PackedMatrix::PackedMatrix(const Level& level, std::size_t rows, std::size_t cols)
    : level_(&level),
      rows_(rows),
      cols_(cols),
      padded_rows_((rows + level.gemm.tile_cols - 1) / level.gemm.tile_cols * level.gemm.tile_cols),
      panels_(padded_rows_ * cols) {
  std::fill_n(panels_.data(), padded_rows_ * cols_, 0.0f);
}

void PackedMatrix::replace(std::size_t panel, const Operand& matrix) noexcept {
  const std::size_t width = level_->gemm.tile_cols, first_row = panel * width;
  for (std::size_t k = 0; k < cols_; k += kBlockDepth) {
    const std::size_t depth = std::min(kBlockDepth, cols_ - k);
    pack_panel(level_->gemm, matrix, first_row, std::min(width, rows_ - first_row), k, depth,
               panels_.data() + k * padded_rows_ + first_row * depth);
  }
}

PackedMatrix::PackedMatrix(const Level& level, std::span<const ConstMatrix> matrices) : level_(&level) {
  const std::size_t width = level.gemm.tile_cols;
  for (const ConstMatrix& matrix : matrices) {
    rows_ += matrix.rows;
    cols_ = matrix.cols;
  }
  padded_rows_ = (rows_ + width - 1) / width * width;
  panels_.reserve(padded_rows_ * cols_);
  std::fill_n(panels_.data(), padded_rows_ * cols_, 0.0f);
  // Row by row, because a panel may hold the end of one matrix and the beginning of the next.
  std::size_t row = 0;
  for (const ConstMatrix& matrix : matrices) {
    for (std::size_t r = 0; r < matrix.rows; ++r, ++row) {
      for (std::size_t k = 0; k < cols_; ++k) {
        const std::size_t first_depth = k / kBlockDepth * kBlockDepth;
        const std::size_t depth = std::min(kBlockDepth, cols_ - first_depth);
        panels_.data()[first_depth * padded_rows_ + row / width * width * depth + (k - first_depth) * width +
                       row % width] = matrix.row(r)[k];
      }
    }
  }
}

}  // namespace attune
