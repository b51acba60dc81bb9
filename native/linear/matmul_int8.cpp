#include "linear/matmul_int8.h"

#include <algorithm>

#include "linear/left_strips.h"

namespace attune {
namespace {

struct Scratch {
  AlignedBuffer<std::uint8_t> codes;
  AlignedBuffer<kernels::RowCodes> rows;
};

Scratch& scratch() {
  thread_local Scratch buffers;
  return buffers;
}

}  // namespace

void multiply_packed(ConstMatrix a, const PackedInt8& b, const float* bias, Matrix c) {
  const std::size_t stride = stride_of_strip(b.depth());
  const std::size_t strip = rows_of_strip(a.rows, stride);
  std::uint8_t* const codes = scratch().codes.reserve(std::min(strip, a.rows) * stride);
  kernels::RowCodes* const row_codes = scratch().rows.reserve(std::min(strip, a.rows));
  for (std::size_t row = 0; row < a.rows; row += strip) {
    const std::size_t rows = std::min(strip, a.rows - row);
    for (std::size_t r = 0; r < rows; ++r)
      row_codes[r] = b.kernels().quantize(a.row(row + r), a.cols, b.depth(), codes + r * stride);
    b.kernels().product({.a = codes,
                         .a_stride = stride,
                         .a_rows = row_codes,
                         .b = b.panels(),
                         .b_scales = b.scales(),
                         .b_sums = b.sums(),
                         .depth = b.depth(),
                         .c = c.row(row),
                         .c_stride = c.stride,
                         .rows = rows,
                         .cols = b.rows(),
                         .bias = bias});
  }
}

}  // namespace attune
