// The definition of the tile product, as plain as the arithmetic allows.
#include "gemm.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kTileRows = 4;
constexpr std::size_t kTileCols = 8;

void tile(const GemmTile& t) noexcept {
  for (std::size_t r = 0; r < t.rows; ++r) {
    float sums[kTileCols] = {};
    for (std::size_t k = 0; k < t.depth; ++k) {
      const float a = t.a[r * t.a_row_stride + k * t.a_depth_stride];
      for (std::size_t j = 0; j < kTileCols; ++j) sums[j] += a * t.b_panel[k * kTileCols + j];
    }
    for (std::size_t j = 0; j < t.cols; ++j) {
      float* const out = t.c + r * t.c_stride + j;
      const float bias = t.bias == nullptr ? 0.0f : t.bias[j];
      *out = (t.accumulate ? *out : bias) + sums[j];
    }
  }
}

void pack_rows(const float* rows, std::size_t row_stride, std::size_t count, std::size_t depth,
               float* panel) noexcept {
  for (std::size_t k = 0; k < depth; ++k) {
    for (std::size_t j = 0; j < kTileCols; ++j)
      panel[k * kTileCols + j] = j < count ? rows[j * row_stride + k] : 0.0f;
  }
}

void pack_columns(const float* columns, std::size_t depth_stride, std::size_t depth, float* panel) noexcept {
  for (std::size_t k = 0; k < depth; ++k) {
    for (std::size_t j = 0; j < kTileCols; ++j) panel[k * kTileCols + j] = columns[k * depth_stride + j];
  }
}

}  // namespace

const GemmKernels gemm_scalar = {"scalar", kTileRows, kTileCols, tile, pack_rows, pack_columns};
}  // namespace attune::kernels
