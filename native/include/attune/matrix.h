// Views of row-major float32 matrices. They own nothing.
#pragma once
#include <cstddef>

namespace attune {

struct ConstMatrix {
  const float* data = nullptr;
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::size_t stride = 0;  // floats from one row to the next; at least cols

  ConstMatrix() = default;
  ConstMatrix(const float* data, std::size_t rows, std::size_t cols) : ConstMatrix(data, rows, cols, cols) {}
  ConstMatrix(const float* data, std::size_t rows, std::size_t cols, std::size_t stride)
      : data(data), rows(rows), cols(cols), stride(stride) {}
  const float* row(std::size_t r) const noexcept { return data + r * stride; }
};

struct Matrix {
  float* data = nullptr;
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::size_t stride = 0;

  Matrix() = default;
  Matrix(float* data, std::size_t rows, std::size_t cols) : Matrix(data, rows, cols, cols) {}
  Matrix(float* data, std::size_t rows, std::size_t cols, std::size_t stride)
      : data(data), rows(rows), cols(cols), stride(stride) {}
  float* row(std::size_t r) const noexcept { return data + r * stride; }
  operator ConstMatrix() const noexcept { return {data, rows, cols, stride}; }
};

inline Matrix rows_of(Matrix matrix, std::size_t first, std::size_t count) noexcept {
  return {matrix.row(first), count, matrix.cols, matrix.stride};
}
inline ConstMatrix rows_of(ConstMatrix matrix, std::size_t first, std::size_t count) noexcept {
  return {matrix.row(first), count, matrix.cols, matrix.stride};
}

inline Matrix columns_of(Matrix matrix, std::size_t first, std::size_t count) noexcept {
  return {matrix.data + first, matrix.rows, count, matrix.stride};
}
inline ConstMatrix columns_of(ConstMatrix matrix, std::size_t first, std::size_t count) noexcept {
  return {matrix.data + first, matrix.rows, count, matrix.stride};
}

// A stride for rows of `cols` numbers: a cache line more than a multiple of the line, so that the rows of a tile, which the products read
// side by side, do not fall onto the same sets of the first-level cache.
inline std::size_t padded_stride(std::size_t cols) noexcept { return (cols + 15) / 16 * 16 + 16; }

}  // namespace attune
