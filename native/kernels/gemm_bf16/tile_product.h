// The bfloat16 product by tiles of AMX: the loop of gemm_tiles, then bias and storing.
#pragma once
#include "gemm_bf16.h"
#include "kernels/gemm_tiles/tile_loop.h"

namespace attune::kernels {

template <class Tiles>
void bf16_tile_product(Tiles tiles, const Bf16Product& p) noexcept {
  const TileOperands operands = {
      p.a, p.a_stride * sizeof(std::uint16_t), p.b, p.depth / kBf16DepthStep, p.rows, p.cols};
  for_each_sums<float>(
      tiles, operands,
      [&p](std::size_t row, std::size_t rows, std::size_t col, std::size_t cols, const float* sums) {
        for (std::size_t r = 0; r < rows; ++r) {
          float* const out = p.c + (row + r) * p.c_stride + col;
          const float* const sum = sums + r * 2 * kTileSide;
          if (p.accumulate) {
            for (std::size_t j = 0; j < cols; ++j) out[j] += sum[j];
          } else if (p.bias != nullptr) {
            for (std::size_t j = 0; j < cols; ++j) out[j] = p.bias[col + j] + sum[j];
          } else {
            for (std::size_t j = 0; j < cols; ++j) out[j] = sum[j];
          }
        }
      });
}

}  // namespace attune::kernels
