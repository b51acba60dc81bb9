// bfloat16 products for x86 CPUs with AVX512_BF16, which multiplies and adds a pair an instruction and lane:
// up to 14 rows x 32 columns, 28 of the 32 registers hold sums; few rows go over more columns at once.
//
// The instructions take subnormal numbers for zeros.
// This file alone is compiled with AVX512_BF16 flags. It includes intrinsics and its own headers only.
#include "avx512_bf16.h"
#include <immintrin.h>

namespace attune::kernels {
namespace avx512_bf16 {

constexpr std::size_t kLanes = 16;

void round(const float* values, std::size_t count, std::uint16_t* out) noexcept {
  std::size_t i = 0;
  for (; i + 2 * kLanes <= count; i += 2 * kLanes) {
    const __m512bh both_bf16x32 =
        _mm512_cvtne2ps_pbh(_mm512_loadu_ps(values + i + kLanes), _mm512_loadu_ps(values + i));
    _mm512_storeu_si512(out + i, reinterpret_cast<__m512i>(both_bf16x32));
  }
  for (; i < count; i += kLanes) {
    const __mmask16 valid = static_cast<__mmask16>(count - i >= kLanes ? 0xffffu : (1u << (count - i)) - 1u);
    const __m256bh some_bf16x16 = _mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(valid, values + i));
    _mm256_mask_storeu_epi16(out + i, valid, reinterpret_cast<__m256i>(some_bf16x16));
  }
}

void pack_columns(const float* columns, std::size_t depth_stride, std::size_t have, std::size_t cols,
                  std::size_t depth, std::uint16_t* panel) noexcept {
  const __mmask16 valid = static_cast<__mmask16>(cols >= kLanes ? 0xffffu : (1u << cols) - 1u);
  // Number j of the first depth and of the second, side by side.
  alignas(64) static constexpr std::uint16_t kOrder[32] = {0,  16, 1,  17, 2,  18, 3,  19, 4,  20, 5,
                                                           21, 6,  22, 7,  23, 8,  24, 9,  25, 10, 26,
                                                           11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
  const __m512i order_u16x32 = _mm512_load_si512(kOrder);
  for (std::size_t k = 0; k < depth; k += 2, panel += 2 * kLanes) {
    const __m512 first_f32x16 =
        k < have ? _mm512_maskz_loadu_ps(valid, columns + k * depth_stride) : _mm512_setzero_ps();
    const __m512 second_f32x16 =
        k + 1 < have ? _mm512_maskz_loadu_ps(valid, columns + (k + 1) * depth_stride) : _mm512_setzero_ps();
    const __m512i both_bf16x32 = reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(second_f32x16, first_f32x16));
    _mm512_storeu_si512(panel, _mm512_permutexvar_epi16(order_u16x32, both_bf16x32));
  }
}

}  // namespace avx512_bf16

namespace {

using avx512_bf16::kLanes;

constexpr std::size_t kLineBytes = 64;

// What a tile has brought into the second-level cache, a line a step of its depth: what is read soon after.
struct Lines {
  const char *at, *end;
};

// A number of rows and of panels known to the compiler keeps every sum in a register.
template <std::size_t kRows, std::size_t kPanels>
void tile(const Bf16Product& p, std::size_t row, std::size_t col, Lines ahead) noexcept {
  __m512 sum_f32x16[kRows][kPanels];
#pragma GCC unroll 14
  for (std::size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (std::size_t q = 0; q < kPanels; ++q) sum_f32x16[r][q] = _mm512_setzero_ps();
  }
  const std::size_t panel = p.depth * kLanes;
  const std::uint16_t* a = p.a + row * p.a_stride;
  const std::uint16_t* b = p.b + col * p.depth;
  for (std::size_t k = 0; k < p.depth; k += 2, a += 2, b += 2 * kLanes) {
    if (ahead.at < ahead.end) {
      _mm_prefetch(ahead.at, _MM_HINT_T1);
      ahead.at += kLineBytes;
    }
    __m512i b_bf16x32[kPanels];
#pragma GCC unroll 8
    for (std::size_t q = 0; q < kPanels; ++q) b_bf16x32[q] = _mm512_loadu_si512(b + q * panel);
#pragma GCC unroll 14
    for (std::size_t r = 0; r < kRows; ++r) {
      const __m512i a_bf16x32 = _mm512_broadcastd_epi32(_mm_loadu_si32(a + r * p.a_stride));
#pragma GCC unroll 8
      for (std::size_t q = 0; q < kPanels; ++q) {
        sum_f32x16[r][q] = _mm512_dpbf16_ps(sum_f32x16[r][q], reinterpret_cast<__m512bh>(a_bf16x32),
                                            reinterpret_cast<__m512bh>(b_bf16x32[q]));
      }
    }
  }
#pragma GCC unroll 8
  for (std::size_t q = 0; q < kPanels; ++q) {
    const std::size_t first = col + q * kLanes;
    const __mmask16 valid =
        static_cast<__mmask16>(p.cols - first >= kLanes ? 0xffffu : (1u << (p.cols - first)) - 1u);
    __m512 start_f32x16 = _mm512_setzero_ps();
    if (p.bias != nullptr) start_f32x16 = _mm512_maskz_loadu_ps(valid, p.bias + first);
#pragma GCC unroll 14
    for (std::size_t r = 0; r < kRows; ++r) {
      float* const out = p.c + (row + r) * p.c_stride + first;
      if (p.accumulate) start_f32x16 = _mm512_maskz_loadu_ps(valid, out);
      _mm512_mask_storeu_ps(out, valid, _mm512_add_ps(start_f32x16, sum_f32x16[r][q]));
    }
  }
}

using TileOfRows = void (*)(const Bf16Product&, std::size_t, std::size_t, Lines) noexcept;

// All rows against a number of panels, in tiles of about as many rows each. As many of the next panels are brought near
// meanwhile, a part by each tile.
template <std::size_t kMostRows>
void strip(const TileOfRows (&by_rows)[kMostRows], const Bf16Product& p, std::size_t col,
           std::size_t panels) noexcept {
  const std::size_t next = col + panels * kLanes;
  const std::size_t left = next < p.cols ? (p.cols - next + kLanes - 1) / kLanes : 0;
  const std::size_t lines = (left < panels ? left : panels) * p.depth / 2;
  const char* const begin = reinterpret_cast<const char*>(p.b + next * p.depth);
  const std::size_t tiles = (p.rows + kMostRows - 1) / kMostRows;
  for (std::size_t number = 0; number < tiles; ++number) {
    const std::size_t row = p.rows * number / tiles, rows = p.rows * (number + 1) / tiles - row;
    by_rows[rows - 1](
        p, row, col,
        {begin + lines * number / tiles * kLineBytes, begin + lines * (number + 1) / tiles * kLineBytes});
  }
}

constexpr TileOfRows kOnePanel[] = {tile<1, 1>,  tile<2, 1>,  tile<3, 1>,  tile<4, 1>, tile<5, 1>,
                                    tile<6, 1>,  tile<7, 1>,  tile<8, 1>,  tile<9, 1>, tile<10, 1>,
                                    tile<11, 1>, tile<12, 1>, tile<13, 1>, tile<14, 1>};
constexpr TileOfRows kTwoPanels[] = {tile<1, 2>,  tile<2, 2>,  tile<3, 2>,  tile<4, 2>, tile<5, 2>,
                                     tile<6, 2>,  tile<7, 2>,  tile<8, 2>,  tile<9, 2>, tile<10, 2>,
                                     tile<11, 2>, tile<12, 2>, tile<13, 2>, tile<14, 2>};
constexpr TileOfRows kFourPanels[] = {tile<1, 4>, tile<2, 4>, tile<3, 4>, tile<4, 4>, tile<5, 4>, tile<6, 4>};
constexpr TileOfRows kEightPanels[] = {tile<1, 8>, tile<2, 8>, tile<3, 8>};

void product(const Bf16Product& p) noexcept {
  std::size_t col = 0;
  // Few rows have few sums for a panel: more panels at once keep the multipliers busy.
  if (p.rows <= 3) {
    for (; col + 7 * kLanes < p.cols; col += 8 * kLanes) strip(kEightPanels, p, col, 8);
  }
  if (p.rows <= 6) {
    for (; col + 3 * kLanes < p.cols; col += 4 * kLanes) strip(kFourPanels, p, col, 4);
  }
  for (; col + kLanes < p.cols; col += 2 * kLanes) strip(kTwoPanels, p, col, 2);
  if (col < p.cols) strip(kOnePanel, p, col, 1);
}

}  // namespace

const GemmBf16Kernels gemm_bf16_avx512_bf16 = {"avx512_bf16", avx512_bf16::round, avx512_bf16::pack_columns,
                                               product};
}  // namespace attune::kernels
