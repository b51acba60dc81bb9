#include "linear/packed_int8.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "attune/error.h"

namespace attune {

using kernels::kInt8DepthStep;
using kernels::kInt8PanelCols;

namespace {

// Codes of one row of weights, from -127 to 127, and its scale: its greatest magnitude / 127, or NaN where a
// number is not finite.
float weight_codes(const float* values, std::size_t count, std::int8_t* codes) {
  float most = 0.0f;
  bool finite = true;
  for (std::size_t i = 0; i < count; ++i) {
    finite = finite && std::isfinite(values[i]);
    most = std::max(most, std::abs(values[i]));
  }
  const bool codable = finite && most >= 0x1p-100f;
  const float inverse = codable ? 127.0f / most : 0.0f;
  for (std::size_t i = 0; i < count; ++i)
    codes[i] = codable ? static_cast<std::int8_t>(std::nearbyint(values[i] * inverse)) : std::int8_t{0};
  if (!finite) return std::numeric_limits<float>::quiet_NaN();
  return codable ? most / 127.0f : 0.0f;
}

}  // namespace

PackedInt8::PackedInt8(const kernels::GemmInt8Kernels& kernels, std::span<const ConstMatrix> matrices)
    : kernels_(&kernels), cols_(matrices.empty() ? 0 : matrices.front().cols) {
  for (const ConstMatrix& matrix : matrices) rows_ += matrix.rows;
  depth_ = (cols_ + kInt8DepthStep - 1) / kInt8DepthStep * kInt8DepthStep;
  if (depth_ > kernels::kInt8MostDepth) {
    throw Error("INVALID_ARGUMENT", "Expected a matrix of at most " +
                                        std::to_string(kernels::kInt8MostDepth) +
                                        " columns for a product of 8-bit codes, but it has " +
                                        std::to_string(cols_) + ". Use bf16 or f32.");
  }
  const std::size_t padded_rows = (rows_ + kInt8PanelCols - 1) / kInt8PanelCols * kInt8PanelCols;
  std::fill_n(panels_.reserve(padded_rows * depth_), padded_rows * depth_, std::int8_t{0});
  scales_.assign(padded_rows, 0.0f);
  sums_.assign(padded_rows, 0);
  std::vector<std::int8_t> codes(depth_);
  std::size_t row = 0;
  for (const ConstMatrix& matrix : matrices) {
    for (std::size_t r = 0; r < matrix.rows; ++r, ++row) {
      scales_[row] = weight_codes(matrix.row(r), cols_, codes.data());
      std::int8_t* const panel = panels_.data() + row / kInt8PanelCols * kInt8PanelCols * depth_;
      for (std::size_t k = 0; k < depth_; ++k) {
        panel[(k / 4 * kInt8PanelCols + row % kInt8PanelCols) * 4 + k % 4] = codes[k];
        sums_[row] += codes[k];
      }
    }
  }
}

}  // namespace attune
