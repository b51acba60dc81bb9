// Tile products for x86 CPUs with AVX2 and FMA: 6 rows x 16 columns, 12 of the 16 registers hold sums.
//
// This file alone is compiled with -mavx2 -mfma. It includes intrinsics and its own header only,
// so that no shared inline function is ever built with these flags.
#include <immintrin.h>
#include "gemm.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kTileRows = 6;
constexpr std::size_t kLanes = 8;
constexpr std::size_t kTileCols = 2 * kLanes;

// A number of rows known to the compiler keeps every sum in a register.
template <std::size_t kRows>
void tile_of_rows(const GemmTile& t) noexcept {
  __m256 sum_f32x8[kRows][2];
#pragma GCC unroll 6
  for (std::size_t r = 0; r < kRows; ++r) sum_f32x8[r][0] = sum_f32x8[r][1] = _mm256_setzero_ps();
  const float* a = t.a;
  const float* b = t.b_panel;
  const float* ahead = t.ahead;
  const float* const ahead_end = ahead + t.ahead_lines * kTileCols;
  for (std::size_t k = 0; k < t.depth; ++k, a += t.a_depth_stride, b += kTileCols) {
    if (ahead < ahead_end) {
      _mm_prefetch(reinterpret_cast<const char*>(ahead), _MM_HINT_T1);
      ahead += kTileCols;
    }
    const __m256 left_f32x8 = _mm256_loadu_ps(b);
    const __m256 right_f32x8 = _mm256_loadu_ps(b + kLanes);
#pragma GCC unroll 6
    for (std::size_t r = 0; r < kRows; ++r) {
      const __m256 a_f32x8 = _mm256_broadcast_ss(a + r * t.a_row_stride);
      sum_f32x8[r][0] = _mm256_fmadd_ps(a_f32x8, left_f32x8, sum_f32x8[r][0]);
      sum_f32x8[r][1] = _mm256_fmadd_ps(a_f32x8, right_f32x8, sum_f32x8[r][1]);
    }
  }
  if (t.cols == kTileCols) {
#pragma GCC unroll 6
    for (std::size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 2
      for (std::size_t half = 0; half < 2; ++half) {
        float* const out = t.c + r * t.c_stride + half * kLanes;
        __m256 start_f32x8 = _mm256_setzero_ps();
        if (t.accumulate) {
          start_f32x8 = _mm256_loadu_ps(out);
        } else if (t.bias != nullptr) {
          start_f32x8 = _mm256_loadu_ps(t.bias + half * kLanes);
        }
        _mm256_storeu_ps(out, _mm256_add_ps(start_f32x8, sum_f32x8[r][half]));
      }
    }
    return;
  }
  // A tile over the edge of c passes through memory, so that only its valid columns are touched.
  float sums[kTileCols];
#pragma GCC unroll 6
  for (std::size_t r = 0; r < kRows; ++r) {
    _mm256_storeu_ps(sums, sum_f32x8[r][0]);
    _mm256_storeu_ps(sums + kLanes, sum_f32x8[r][1]);
    for (std::size_t j = 0; j < t.cols; ++j) {
      float* const out = t.c + r * t.c_stride + j;
      const float bias = t.bias == nullptr ? 0.0f : t.bias[j];
      *out = (t.accumulate ? *out : bias) + sums[j];
    }
  }
}

void tile(const GemmTile& t) noexcept {
  constexpr void (*kByRows[])(const GemmTile&) noexcept = {tile_of_rows<1>, tile_of_rows<2>, tile_of_rows<3>,
                                                           tile_of_rows<4>, tile_of_rows<5>, tile_of_rows<6>};
  kByRows[t.rows - 1](t);
}

// `count` rows of eight numbers, turned over, with zeros for the rest of eight: pairs, then fours, then halves
// change places.
void transpose(const float* rows, std::size_t row_stride, std::size_t count, float* out,
               std::size_t out_stride) noexcept {
  __m256 row_f32x8[kLanes], pair_f32x8[kLanes];
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kLanes; ++r)
    row_f32x8[r] = r < count ? _mm256_loadu_ps(rows + r * row_stride) : _mm256_setzero_ps();
#pragma GCC unroll 4
  for (std::size_t r = 0; r < kLanes; r += 2) {
    pair_f32x8[r] = _mm256_unpacklo_ps(row_f32x8[r], row_f32x8[r + 1]);
    pair_f32x8[r + 1] = _mm256_unpackhi_ps(row_f32x8[r], row_f32x8[r + 1]);
  }
#pragma GCC unroll 2
  for (std::size_t r = 0; r < kLanes; r += 4) {
    row_f32x8[r] = _mm256_shuffle_ps(pair_f32x8[r], pair_f32x8[r + 2], 0x44);
    row_f32x8[r + 1] = _mm256_shuffle_ps(pair_f32x8[r], pair_f32x8[r + 2], 0xee);
    row_f32x8[r + 2] = _mm256_shuffle_ps(pair_f32x8[r + 1], pair_f32x8[r + 3], 0x44);
    row_f32x8[r + 3] = _mm256_shuffle_ps(pair_f32x8[r + 1], pair_f32x8[r + 3], 0xee);
  }
#pragma GCC unroll 4
  for (std::size_t r = 0; r < 4; ++r) {
    _mm256_storeu_ps(out + r * out_stride, _mm256_permute2f128_ps(row_f32x8[r], row_f32x8[r + 4], 0x20));
    _mm256_storeu_ps(out + (r + 4) * out_stride,
                     _mm256_permute2f128_ps(row_f32x8[r], row_f32x8[r + 4], 0x31));
  }
}

void pack_rows(const float* rows, std::size_t row_stride, std::size_t count, std::size_t depth,
               float* panel) noexcept {
  const std::size_t left = count < kLanes ? count : kLanes, right = count - left;
  const float* const right_rows = rows + left * row_stride;
  std::size_t k = 0;
  for (; k + kLanes <= depth; k += kLanes) {
    transpose(rows + k, row_stride, left, panel + k * kTileCols, kTileCols);
    transpose(right_rows + k, row_stride, right, panel + k * kTileCols + kLanes, kTileCols);
  }
  for (; k < depth; ++k) {
    for (std::size_t j = 0; j < kTileCols; ++j)
      panel[k * kTileCols + j] = j < count ? rows[j * row_stride + k] : 0.0f;
  }
}

void pack_columns(const float* columns, std::size_t depth_stride, std::size_t depth, float* panel) noexcept {
  for (std::size_t k = 0; k < depth; ++k, columns += depth_stride, panel += kTileCols) {
    _mm256_storeu_ps(panel, _mm256_loadu_ps(columns));
    _mm256_storeu_ps(panel + kLanes, _mm256_loadu_ps(columns + kLanes));
  }
}

}  // namespace

const GemmKernels gemm_avx2 = {"avx2", kTileRows, kTileCols, tile, pack_rows, pack_columns};
}  // namespace attune::kernels
