// Vectors made of unit length, and gradients taken back through that.
#pragma once
#include <cmath>
#include <cstddef>

namespace attune {

//   row -> row / |row|. Returns 1 / |row|, or 0 for a row of zeros, which stays one.
inline float to_unit(float* row, std::size_t dim) {
  double squares = 0;
  for (std::size_t i = 0; i < dim; ++i) squares += double(row[i]) * row[i];
  const float scale = squares > 0 ? static_cast<float>(1 / std::sqrt(squares)) : 0.0f;
  for (std::size_t i = 0; i < dim; ++i) row[i] *= scale;
  return scale;
}

// With y = x / |x| and scale = 1 / |x|:
//
//   gradient by y  ->  (gradient - y (y · gradient)) / |x|,  the gradient by x
inline void back_through_unit(const float* y, float scale, float* gradient, std::size_t dim) {
  double along = 0;
  for (std::size_t i = 0; i < dim; ++i) along += double(y[i]) * gradient[i];
  for (std::size_t i = 0; i < dim; ++i)
    gradient[i] = (gradient[i] - static_cast<float>(along) * y[i]) * scale;
}

}  // namespace attune
