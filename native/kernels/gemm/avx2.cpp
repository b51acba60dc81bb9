// Tile products for x86 CPUs with AVX2 and FMA: 6 rows x 16 columns, 12 of the 16 registers hold sums.
//
// This file alone is compiled with -mavx2 -mfma. It includes intrinsics and its own header only,
// so that no shared inline function is ever built with these flags.
#include "gemm.h"
#include <immintrin.h>

namespace attune::kernels {
namespace {

constexpr std::size_t kTileRows = 6;
constexpr std::size_t kLanes = 8;
constexpr std::size_t kTileCols = 2 * kLanes;

void tile(const float* a_panel, const float* b_panel, std::size_t depth, float* c, std::size_t c_stride,
          bool accumulate) noexcept {
  __m256 sum_f32x8[kTileRows][2];
  for (std::size_t r = 0; r < kTileRows; ++r) sum_f32x8[r][0] = sum_f32x8[r][1] = _mm256_setzero_ps();
  for (std::size_t k = 0; k < depth; ++k) {
    const __m256 left_f32x8 = _mm256_loadu_ps(b_panel + k * kTileCols);
    const __m256 right_f32x8 = _mm256_loadu_ps(b_panel + k * kTileCols + kLanes);
    for (std::size_t r = 0; r < kTileRows; ++r) {
      const __m256 a_f32x8 = _mm256_broadcast_ss(a_panel + k * kTileRows + r);
      sum_f32x8[r][0] = _mm256_fmadd_ps(a_f32x8, left_f32x8, sum_f32x8[r][0]);
      sum_f32x8[r][1] = _mm256_fmadd_ps(a_f32x8, right_f32x8, sum_f32x8[r][1]);
    }
  }
  for (std::size_t r = 0; r < kTileRows; ++r) {
    for (std::size_t half = 0; half < 2; ++half) {
      float* out = c + r * c_stride + half * kLanes;
      const __m256 before_f32x8 = accumulate ? _mm256_loadu_ps(out) : _mm256_setzero_ps();
      _mm256_storeu_ps(out, _mm256_add_ps(before_f32x8, sum_f32x8[r][half]));
    }
  }
}

}  // namespace

const GemmKernels gemm_avx2 = {"avx2", kTileRows, kTileCols, tile};
}  // namespace attune::kernels
