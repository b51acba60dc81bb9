// The product of codes by tiles of AMX: the loop of gemm_tiles, then scales, bias and storing.
#pragma once
#include "gemm_int8.h"
#include "kernels/gemm_tiles/tile_loop.h"

namespace attune::kernels {

template <class Tiles>
void int8_tile_product(Tiles tiles, const Int8Product& p) noexcept {
  const TileOperands operands = {p.a, p.a_stride, p.b, p.depth / kInt8DepthStep, p.rows, p.cols};
  for_each_sums<std::int32_t>(
      tiles, operands,
      [&p](std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, const std::int32_t* sums) {
        for (std::size_t r = 0; r < rows; ++r) {
          float* const out = p.c + (row + r) * p.c_stride + col;
          const std::int32_t* const sum = sums + r * 2 * kTileSide;
          const RowCodes codes = p.a_rows[row + r];
          for (std::size_t j = 0; j < cols; ++j) {
            const float bias = p.bias == nullptr ? 0.0f : p.bias[col + j];
            // Either part may pass 2^31 where the difference does not.
            const auto zeros =
                static_cast<std::uint32_t>(codes.zero) * static_cast<std::uint32_t>(p.b_sums[col + j]);
            const auto exact = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum[j]) - zeros);
            out[j] = static_cast<float>(exact) * (codes.scale * p.b_scales[col + j]) + bias;
          }
        }
      });
}

}  // namespace attune::kernels
