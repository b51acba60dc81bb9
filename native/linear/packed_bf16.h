// A matrix as bfloat16, in the order in which products read their right operand.
#pragma once
#include <span>

#include "attune/matrix.h"
#include "kernels/gemm_bf16/gemm_bf16.h"
#include "runtime/aligned_buffer.h"

namespace attune {

// The weights of a layer, [out, in], rounded and packed. Half the memory of float32.
class PackedBf16 {
 public:
  explicit PackedBf16(const kernels::GemmBf16Kernels& kernels) : kernels_(&kernels) {}
  PackedBf16(const kernels::GemmBf16Kernels& kernels, std::span<const ConstMatrix> matrices)
      : PackedBf16(kernels) {
    pack(matrices);
  }
  PackedBf16(const kernels::GemmBf16Kernels& kernels, ConstMatrix matrix)
      : PackedBf16(kernels, std::span(&matrix, 1)) {}

  // Holds these from now on: matrices of the same number of columns, one below the other. Memory is taken again
  // only when it is too small.
  void pack(std::span<const ConstMatrix> matrices);
  void pack(ConstMatrix matrix) { pack(std::span(&matrix, 1)); }

  // Holds the transpose: rows() is then the number of its columns.
  void pack_transposed(ConstMatrix matrix);

  const kernels::GemmBf16Kernels& kernels() const noexcept { return *kernels_; }
  std::size_t rows() const noexcept { return rows_; }
  std::size_t cols() const noexcept { return cols_; }
  std::size_t depth() const noexcept { return depth_; }  // cols, padded as the kernels need it
  const std::uint16_t* panels() const noexcept { return panels_.data(); }

 private:
  void resize(std::size_t rows, std::size_t cols);

  const kernels::GemmBf16Kernels* kernels_;
  std::size_t rows_ = 0;
  std::size_t cols_ = 0;
  std::size_t depth_ = 0;
  AlignedBuffer<std::uint16_t> panels_;
};

}  // namespace attune
