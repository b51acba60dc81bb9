// A matrix in the order in which the tile kernels read their right operand.
#pragma once
#include <span>

#include "attune/matrix.h"
#include "runtime/aligned_buffer.h"
#include "runtime/levels.h"

namespace attune {

// Depth is cut into blocks of this many numbers: 32 columns of it (64 KiB) and the rows of the left operand
// that pass by them stay in the second-level cache.
constexpr std::size_t kBlockDepth = 512;

// Where an operand's element (row along m or n, position along k) is found.
struct Operand {
  const float* data;
  std::size_t row_stride;
  std::size_t depth_stride;
};

// panel[k * width + r] = operand(first_row + r, first_depth + k), zero for r from `rows` on.
void pack_panel(const Operand& operand, std::size_t first_row, std::size_t rows, std::size_t width,
                std::size_t first_depth, std::size_t depth, float* panel) noexcept;

// pack_panel by the level's own kernels where they can.
void pack_panel(const kernels::GemmKernels& gemm, const Operand& operand, std::size_t first_row,
                std::size_t rows, std::size_t first_depth, std::size_t depth, float* panel) noexcept;

// The weights of a layer, [out, in], packed once for many products.
// It keeps a copy, and the level it is packed for.
class PackedMatrix {
 public:
  // Of zeros, until panels are replaced.
  PackedMatrix(const Level& level, std::size_t rows, std::size_t cols);

  PackedMatrix(const Level& level, ConstMatrix matrix) : PackedMatrix(level, std::span(&matrix, 1)) {}

  // Several matrices of the same number of columns, one below the other.
  PackedMatrix(const Level& level, std::span<const ConstMatrix> matrices);

  const Level& level() const noexcept { return *level_; }
  std::size_t rows() const noexcept { return rows_; }
  std::size_t cols() const noexcept { return cols_; }

  // Weights under training change: panel p < panels() takes its numbers anew from the whole matrix, which
  // may lie turned over. Different panels may be packed by different threads.
  std::size_t panels() const noexcept { return padded_rows_ / level_->gemm.tile_cols; }
  void replace(std::size_t panel, const Operand& matrix) noexcept;

  // The panel that holds rows `first_row` to `first_row` + tile_cols of the block of depth that begins at
  // `first_depth`, which is a multiple of kBlockDepth and holds `depth` numbers.
  const float* panel(std::size_t first_row, std::size_t first_depth, std::size_t depth) const noexcept {
    return panels_.data() + first_depth * padded_rows_ + first_row * depth;
  }

 private:
  const Level* level_;
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  std::size_t padded_rows_ = 0;  // a multiple of tile_cols
  AlignedBuffer<float> panels_;
};

}  // namespace attune
