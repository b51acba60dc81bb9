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

}  // namespace attune
