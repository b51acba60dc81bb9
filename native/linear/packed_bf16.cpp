#include "linear/packed_bf16.h"

#include <algorithm>
#include <vector>

namespace attune {

using kernels::kBf16DepthStep;
using kernels::kBf16PanelCols;

void PackedBf16::resize(std::size_t rows, std::size_t cols) {
  rows_ = rows;
  cols_ = cols;
  depth_ = (cols + kBf16DepthStep - 1) / kBf16DepthStep * kBf16DepthStep;
  panels_.reserve((rows + kBf16PanelCols - 1) / kBf16PanelCols * kBf16PanelCols * depth_);
}

void PackedBf16::pack(std::span<const ConstMatrix> matrices) {
  std::size_t rows = 0;
  for (const ConstMatrix& matrix : matrices) rows += matrix.rows;
  resize(rows, matrices.empty() ? 0 : matrices.front().cols);
  std::vector<std::uint16_t> rounded(depth_);
  std::size_t row = 0;
  const auto write_row = [&] {
    std::uint16_t* to =
        panels_.data() + row / kBf16PanelCols * kBf16PanelCols * depth_ + row % kBf16PanelCols * 2;
    for (std::size_t k = 0; k < depth_; k += 2, to += 2 * kBf16PanelCols) {
      to[0] = rounded[k];
      to[1] = rounded[k + 1];
    }
    ++row;
  };
  for (const ConstMatrix& matrix : matrices) {
    for (std::size_t r = 0; r < matrix.rows; ++r) {
      kernels_->round(matrix.row(r), cols_, rounded.data());
      write_row();
    }
  }
  std::fill(rounded.begin(), rounded.end(), std::uint16_t{0});
  while (row % kBf16PanelCols != 0) write_row();
}

void PackedBf16::pack_transposed(ConstMatrix matrix) {
  resize(matrix.cols, matrix.rows);
  for (std::size_t col = 0; col < matrix.cols; col += kBf16PanelCols) {
    kernels_->pack_columns(matrix.data + col, matrix.stride, matrix.rows,
                           std::min(kBf16PanelCols, matrix.cols - col), depth_,
                           panels_.data() + col * depth_);
  }
}

}  // namespace attune
