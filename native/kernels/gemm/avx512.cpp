// Tile products for x86 CPUs with AVX-512: 12 rows x 32 columns, 24 of the 32 registers hold sums.
//
// This file alone is compiled with AVX-512 flags. It includes intrinsics and its own header only.
#include "gemm.h"
#include <immintrin.h>

namespace attune::kernels {
namespace {

constexpr std::size_t kTileRows = 12;
constexpr std::size_t kLanes = 16;
constexpr std::size_t kTileCols = 2 * kLanes;

void tile(const float* a_panel, const float* b_panel, std::size_t depth, float* c, std::size_t c_stride,
          bool accumulate) noexcept {
  __m512 sum_f32x16[kTileRows][2];
  for (std::size_t r = 0; r < kTileRows; ++r) sum_f32x16[r][0] = sum_f32x16[r][1] = _mm512_setzero_ps();
  for (std::size_t k = 0; k < depth; ++k) {
    const __m512 left_f32x16 = _mm512_loadu_ps(b_panel + k * kTileCols);
    const __m512 right_f32x16 = _mm512_loadu_ps(b_panel + k * kTileCols + kLanes);
    for (std::size_t r = 0; r < kTileRows; ++r) {
      const __m512 a_f32x16 = _mm512_set1_ps(a_panel[k * kTileRows + r]);
      sum_f32x16[r][0] = _mm512_fmadd_ps(a_f32x16, left_f32x16, sum_f32x16[r][0]);
      sum_f32x16[r][1] = _mm512_fmadd_ps(a_f32x16, right_f32x16, sum_f32x16[r][1]);
    }
  }
  for (std::size_t r = 0; r < kTileRows; ++r) {
    for (std::size_t half = 0; half < 2; ++half) {
      float* out = c + r * c_stride + half * kLanes;
      const __m512 before_f32x16 = accumulate ? _mm512_loadu_ps(out) : _mm512_setzero_ps();
      _mm512_storeu_ps(out, _mm512_add_ps(before_f32x16, sum_f32x16[r][half]));
    }
  }
}

}  // namespace

const GemmKernels gemm_avx512 = {"avx512", kTileRows, kTileCols, tile};
}  // namespace attune::kernels
