// The weights of a layer, packed in one of three precisions.
#pragma once
#include <span>
#include <variant>

#include "linear/packed_bf16.h"
#include "linear/packed_int8.h"
#include "linear/packed_matrix.h"
#include "runtime/levels.h"

namespace attune {

enum class Precision {
  f32,
  bf16,  // weights and rows rounded to bfloat16, sums in float32
  int8,  // 8-bit codes, with a scale a row of the weight and a scale a row of what it multiplies
};

class PackedWeight {
 public:
  // Matrices of the same number of columns, one below the other.
  PackedWeight(const Level& level, Precision precision, std::span<const ConstMatrix> matrices);
  PackedWeight(const Level& level, Precision precision, ConstMatrix matrix)
      : PackedWeight(level, precision, std::span(&matrix, 1)) {}

  // In f32 or bf16, of zeros until it is replaced: for weights under training.
  PackedWeight(const Level& level, Precision precision, std::size_t rows, std::size_t cols);
  // Takes other numbers of the same shape: a weight as it is, or turned over.
  void replace(ConstMatrix weight, bool turned);

  // c[m, n] = a[m, k] · weight[n, k]ᵀ + bias      bias has n numbers, or is null for none
  void multiply(ConstMatrix a, const float* bias, Matrix c) const;

 private:
  using Packed = std::variant<PackedMatrix, PackedBf16, PackedInt8>;
  static Packed pack(const Level& level, Precision precision, std::span<const ConstMatrix> matrices);

  Packed packed_;
};

}  // namespace attune
