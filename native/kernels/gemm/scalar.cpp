// The definition of the tile product, as plain as the arithmetic allows.
#include "gemm.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kTileRows = 4;
constexpr std::size_t kTileCols = 8;

void tile(const float* a_panel, const float* b_panel, std::size_t depth, float* c, std::size_t c_stride,
          bool accumulate) noexcept {
  float sums[kTileRows][kTileCols] = {};
  for (std::size_t k = 0; k < depth; ++k) {
    for (std::size_t r = 0; r < kTileRows; ++r) {
      for (std::size_t j = 0; j < kTileCols; ++j) {
        sums[r][j] += a_panel[k * kTileRows + r] * b_panel[k * kTileCols + j];
      }
    }
  }
  for (std::size_t r = 0; r < kTileRows; ++r) {
    for (std::size_t j = 0; j < kTileCols; ++j) {
      float* out = c + r * c_stride + j;
      *out = accumulate ? *out + sums[r][j] : sums[r][j];
    }
  }
}

}  // namespace

const GemmKernels gemm_scalar = {"scalar", kTileRows, kTileCols, tile};
}  // namespace attune::kernels
