#include "linear/packed_int8.h"

#include <algorithm>
#include <string>

#include "attune/error.h"

namespace attune {

using kernels::kInt8DepthStep;
using kernels::kInt8PanelCols;

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
  std::vector<std::uint8_t> codes(depth_);
  std::size_t row = 0;
  for (const ConstMatrix& matrix : matrices) {
    for (std::size_t r = 0; r < matrix.rows; ++r, ++row) {
      scales_[row] = kernels::gemm_int8_scalar.quantize(matrix.row(r), cols_, depth_, codes.data());
      std::int8_t* const panel = panels_.data() + row / kInt8PanelCols * kInt8PanelCols * depth_;
      for (std::size_t k = 0; k < depth_; ++k) {
        const auto code = static_cast<std::int8_t>(codes[k]);
        panel[(k / 4 * kInt8PanelCols + row % kInt8PanelCols) * 4 + k % 4] = code;
        sums_[row] += code;
      }
    }
  }
}

}  // namespace attune
