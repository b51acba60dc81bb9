// Tile products for x86 CPUs with AVX-512: 14 rows x 32 columns, 28 of the 32 registers hold sums.
//
// This file alone is compiled with AVX-512 flags. It includes intrinsics and its own header only.
#include <immintrin.h>
#include "gemm.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kTileRows = 14;
constexpr std::size_t kLanes = 16;
constexpr std::size_t kTileCols = 2 * kLanes;

// A number of rows known to the compiler keeps every sum in a register.
template <std::size_t kRows>
void tile_of_rows(const GemmTile& t) noexcept {
  __m512 sum_f32x16[kRows][2];
#pragma GCC unroll 14
  for (std::size_t r = 0; r < kRows; ++r) sum_f32x16[r][0] = sum_f32x16[r][1] = _mm512_setzero_ps();
  const float* a = t.a;
  const float* b = t.b_panel;
  const float* ahead = t.ahead;
  const float* const ahead_end = ahead + t.ahead_lines * kLanes;
  for (std::size_t k = 0; k < t.depth; ++k, a += t.a_depth_stride, b += kTileCols) {
    if (ahead < ahead_end) {
      _mm_prefetch(reinterpret_cast<const char*>(ahead), _MM_HINT_T1);
      ahead += kLanes;
    }
    const __m512 left_f32x16 = _mm512_loadu_ps(b);
    const __m512 right_f32x16 = _mm512_loadu_ps(b + kLanes);
#pragma GCC unroll 14
    for (std::size_t r = 0; r < kRows; ++r) {
      const __m512 a_f32x16 = _mm512_set1_ps(a[r * t.a_row_stride]);
      sum_f32x16[r][0] = _mm512_fmadd_ps(a_f32x16, left_f32x16, sum_f32x16[r][0]);
      sum_f32x16[r][1] = _mm512_fmadd_ps(a_f32x16, right_f32x16, sum_f32x16[r][1]);
    }
  }
  const __mmask16 valid[2] = {
      static_cast<__mmask16>(t.cols >= kLanes ? 0xffffu : (1u << t.cols) - 1u),
      static_cast<__mmask16>(t.cols <= kLanes ? 0u : (1u << (t.cols - kLanes)) - 1u),
  };
  __m512 start_f32x16[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
  if (t.bias != nullptr) {
    start_f32x16[0] = _mm512_maskz_loadu_ps(valid[0], t.bias);
    start_f32x16[1] = _mm512_maskz_loadu_ps(valid[1], t.bias + kLanes);
  }
#pragma GCC unroll 14
  for (std::size_t r = 0; r < kRows; ++r) {
    float* const out = t.c + r * t.c_stride;
    if (t.accumulate) {
      start_f32x16[0] = _mm512_maskz_loadu_ps(valid[0], out);
      start_f32x16[1] = _mm512_maskz_loadu_ps(valid[1], out + kLanes);
    }
    const __m512 left_f32x16 = _mm512_add_ps(start_f32x16[0], sum_f32x16[r][0]);
    const __m512 right_f32x16 = _mm512_add_ps(start_f32x16[1], sum_f32x16[r][1]);
    if (t.cols == kTileCols) {
      _mm512_storeu_ps(out, left_f32x16);
      _mm512_storeu_ps(out + kLanes, right_f32x16);
    } else {
      _mm512_mask_storeu_ps(out, valid[0], left_f32x16);
      _mm512_mask_storeu_ps(out + kLanes, valid[1], right_f32x16);
    }
  }
}

void tile(const GemmTile& t) noexcept {
  constexpr void (*kByRows[])(const GemmTile&) noexcept = {
      tile_of_rows<1>,  tile_of_rows<2>,  tile_of_rows<3>,  tile_of_rows<4>,  tile_of_rows<5>,
      tile_of_rows<6>,  tile_of_rows<7>,  tile_of_rows<8>,  tile_of_rows<9>,  tile_of_rows<10>,
      tile_of_rows<11>, tile_of_rows<12>, tile_of_rows<13>, tile_of_rows<14>,
  };
  kByRows[t.rows - 1](t);
}

// `count` rows of sixteen numbers, turned over, with zeros for the rest of sixteen: pairs and fours change
// places within each quarter of a register, then the quarters themselves.
void transpose(const float* rows, std::size_t row_stride, std::size_t count, float* out,
               std::size_t out_stride) noexcept {
  __m512 row_f32x16[kLanes], pair_f32x16[kLanes];
#pragma GCC unroll 16
  for (std::size_t r = 0; r < kLanes; ++r)
    row_f32x16[r] = r < count ? _mm512_loadu_ps(rows + r * row_stride) : _mm512_setzero_ps();
#pragma GCC unroll 8
  for (std::size_t r = 0; r < kLanes; r += 2) {
    pair_f32x16[r] = _mm512_unpacklo_ps(row_f32x16[r], row_f32x16[r + 1]);
    pair_f32x16[r + 1] = _mm512_unpackhi_ps(row_f32x16[r], row_f32x16[r + 1]);
  }
  // row[4 g + c] holds, in quarter q, column 4 q + c of rows 4 g to 4 g + 3.
#pragma GCC unroll 4
  for (std::size_t r = 0; r < kLanes; r += 4) {
    row_f32x16[r] = _mm512_shuffle_ps(pair_f32x16[r], pair_f32x16[r + 2], 0x44);
    row_f32x16[r + 1] = _mm512_shuffle_ps(pair_f32x16[r], pair_f32x16[r + 2], 0xee);
    row_f32x16[r + 2] = _mm512_shuffle_ps(pair_f32x16[r + 1], pair_f32x16[r + 3], 0x44);
    row_f32x16[r + 3] = _mm512_shuffle_ps(pair_f32x16[r + 1], pair_f32x16[r + 3], 0xee);
  }
#pragma GCC unroll 4
  for (std::size_t c = 0; c < 4; ++c) {
    const __m512 even_low_f32x16 = _mm512_shuffle_f32x4(row_f32x16[c], row_f32x16[4 + c], 0x88);
    const __m512 odd_low_f32x16 = _mm512_shuffle_f32x4(row_f32x16[c], row_f32x16[4 + c], 0xdd);
    const __m512 even_high_f32x16 = _mm512_shuffle_f32x4(row_f32x16[8 + c], row_f32x16[12 + c], 0x88);
    const __m512 odd_high_f32x16 = _mm512_shuffle_f32x4(row_f32x16[8 + c], row_f32x16[12 + c], 0xdd);
    _mm512_storeu_ps(out + c * out_stride, _mm512_shuffle_f32x4(even_low_f32x16, even_high_f32x16, 0x88));
    _mm512_storeu_ps(out + (4 + c) * out_stride, _mm512_shuffle_f32x4(odd_low_f32x16, odd_high_f32x16, 0x88));
    _mm512_storeu_ps(out + (8 + c) * out_stride,
                     _mm512_shuffle_f32x4(even_low_f32x16, even_high_f32x16, 0xdd));
    _mm512_storeu_ps(out + (12 + c) * out_stride,
                     _mm512_shuffle_f32x4(odd_low_f32x16, odd_high_f32x16, 0xdd));
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
    _mm512_storeu_ps(panel, _mm512_loadu_ps(columns));
    _mm512_storeu_ps(panel + kLanes, _mm512_loadu_ps(columns + kLanes));
  }
}

}  // namespace

const GemmKernels gemm_avx512 = {"avx512", kTileRows, kTileCols, tile, pack_rows, pack_columns};
}  // namespace attune::kernels
