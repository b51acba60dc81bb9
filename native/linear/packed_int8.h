// A matrix as 8-bit codes with a scale a row, in the order in which products read their right operand.
#pragma once
#include <span>
#include <vector>

#include "attune/matrix.h"
#include "kernels/gemm_int8/gemm_int8.h"
#include "runtime/aligned_buffer.h"

namespace attune {

// The weights of a layer, [out, in]. A row's scale is its greatest magnitude / 127. A quarter of the memory of
// float32.
class PackedInt8 {
 public:
  // Matrices of the same number of columns, one below the other. Throws Error INVALID_ARGUMENT when there are
  // more columns than sums of 32 bits can hold: kInt8MostDepth.
  PackedInt8(const kernels::GemmInt8Kernels& kernels, std::span<const ConstMatrix> matrices);
  PackedInt8(const kernels::GemmInt8Kernels& kernels, ConstMatrix matrix)
      : PackedInt8(kernels, std::span(&matrix, 1)) {}

  const kernels::GemmInt8Kernels& kernels() const noexcept { return *kernels_; }
  std::size_t rows() const noexcept { return rows_; }
  std::size_t cols() const noexcept { return cols_; }
  std::size_t depth() const noexcept { return depth_; }  // cols, padded as the kernels need it
  const std::int8_t* panels() const noexcept { return panels_.data(); }
  const float* scales() const noexcept { return scales_.data(); }
  const std::int32_t* sums() const noexcept { return sums_.data(); }

 private:
  const kernels::GemmInt8Kernels* kernels_;
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  std::size_t depth_ = 0;
  AlignedBuffer<std::int8_t> panels_;
  std::vector<float> scales_;       // [rows, padded to whole panels]
  std::vector<std::int32_t> sums_;  // likewise, of a row's codes
};

}  // namespace attune
