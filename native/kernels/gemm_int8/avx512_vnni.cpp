// Products of codes for x86 CPUs with AVX512_VNNI, which multiplies and adds four codes an instruction and
// lane: up to 14 rows x 32 columns, 28 of the 32 registers hold sums; few rows go over more columns at once.
//
// The row's zero is taken out of a sum at its end, as zero times the column's sum of codes.
// This file alone is compiled with AVX512_VNNI flags. It includes intrinsics and its own headers only.
#include "avx512_vnni.h"
#include <immintrin.h>

namespace attune::kernels {
namespace avx512_vnni {

constexpr std::size_t kLanes = 16;

RowCodes quantize(const float* values, std::size_t count, std::size_t depth, std::uint8_t* codes) noexcept {
  const auto valid_at = [count](std::size_t i) {
    const std::size_t left = i < count ? count - i : 0;
    return static_cast<__mmask16>(left >= kLanes ? 0xffffu : (1u << left) - 1u);
  };
  __m512 low_f32x16 = _mm512_setzero_ps(), high_f32x16 = _mm512_setzero_ps();
  __m512 difference_f32x16 = _mm512_setzero_ps();  // 0, or NaN where a value is not finite
  for (std::size_t i = 0; i < count; i += kLanes) {
    const __m512 values_f32x16 = _mm512_maskz_loadu_ps(valid_at(i), values + i);
    low_f32x16 = _mm512_min_ps(values_f32x16, low_f32x16);
    high_f32x16 = _mm512_max_ps(values_f32x16, high_f32x16);
    difference_f32x16 = _mm512_add_ps(difference_f32x16, _mm512_sub_ps(values_f32x16, values_f32x16));
  }
  const float range = _mm512_reduce_max_ps(high_f32x16) - _mm512_reduce_min_ps(low_f32x16);
  const __mmask16 odd = _mm512_cmp_ps_mask(difference_f32x16, difference_f32x16, _CMP_UNORD_Q);
  const bool finite = odd == 0 && range - range == 0.0f;
  const bool codable = finite && range >= 0x1p-100f;
  const __m512 inverse_f32x16 = _mm512_set1_ps(codable ? 255.0f / range : 0.0f);
  const __m512 least_f32x16 = _mm512_set1_ps(codable ? -_mm512_reduce_min_ps(low_f32x16) : 0.0f);
  const __m512i zero_i32x16 = _mm512_cvtps_epi32(_mm512_mul_ps(least_f32x16, inverse_f32x16));
  for (std::size_t i = 0; i < depth; i += kLanes) {
    const __mmask16 valid = codable ? valid_at(i) : __mmask16{0};
    const __m512 values_f32x16 = _mm512_maskz_loadu_ps(valid, values + i);
    const __m512i steps_i32x16 = _mm512_cvtps_epi32(_mm512_mul_ps(values_f32x16, inverse_f32x16));
    const __m512i codes_i32x16 =
        _mm512_max_epi32(_mm512_add_epi32(steps_i32x16, zero_i32x16), _mm512_setzero_si512());
    _mm_storeu_si128(reinterpret_cast<__m128i*>(codes + i), _mm512_cvtusepi32_epi8(codes_i32x16));
  }
  if (!finite) return {__builtin_nanf(""), 0};
  return {codable ? range / 255.0f : 0.0f, _mm_cvtsi128_si32(_mm512_castsi512_si128(zero_i32x16))};
}

}  // namespace avx512_vnni

namespace {

using avx512_vnni::kLanes;

// The intrinsics' __m512i holds 64-bit numbers: sums kept in it are copied at every step by GCC 12.
using Int32x16 = std::int32_t __attribute__((vector_size(64)));

constexpr std::size_t kLineBytes = 64;

// What a tile has brought into the second-level cache, a line a step of its depth: what is read soon after.
struct Lines {
  const char *at, *end;
};

// A number of rows and of panels known to the compiler keeps every sum in a register.
template <std::size_t kRows, std::size_t kPanels>
void tile(const Int8Product& p, std::size_t row, std::size_t col, Lines ahead) noexcept {
  Int32x16 sum_i32x16[kRows][kPanels];
#pragma GCC unroll 14
  for (std::size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 8
    for (std::size_t q = 0; q < kPanels; ++q) sum_i32x16[r][q] = Int32x16{};
  }
  const std::size_t panel = p.depth * kLanes;
  const std::uint8_t* a = p.a + row * p.a_stride;
  const std::int8_t* b = p.b + col * p.depth;
  for (std::size_t k = 0; k < p.depth; k += 4, a += 4, b += 4 * kLanes) {
    if (ahead.at < ahead.end) {
      _mm_prefetch(ahead.at, _MM_HINT_T1);
      ahead.at += kLineBytes;
    }
    __m512i b_i8x64[kPanels];
#pragma GCC unroll 8
    for (std::size_t q = 0; q < kPanels; ++q) b_i8x64[q] = _mm512_loadu_si512(b + q * panel);
#pragma GCC unroll 14
    for (std::size_t r = 0; r < kRows; ++r) {
      const __m512i a_u8x64 = _mm512_broadcastd_epi32(_mm_loadu_si32(a + r * p.a_stride));
#pragma GCC unroll 8
      for (std::size_t q = 0; q < kPanels; ++q)
        sum_i32x16[r][q] = reinterpret_cast<Int32x16>(
            _mm512_dpbusd_epi32(reinterpret_cast<__m512i>(sum_i32x16[r][q]), a_u8x64, b_i8x64[q]));
    }
  }
#pragma GCC unroll 8
  for (std::size_t q = 0; q < kPanels; ++q) {
    const std::size_t first = col + q * kLanes;
    const __mmask16 valid =
        static_cast<__mmask16>(p.cols - first >= kLanes ? 0xffffu : (1u << (p.cols - first)) - 1u);
    __m512 bias_f32x16 = _mm512_setzero_ps();
    if (p.bias != nullptr) bias_f32x16 = _mm512_maskz_loadu_ps(valid, p.bias + first);
    const __m512 scales_f32x16 = _mm512_loadu_ps(p.b_scales + first);
    const __m512i b_sums_i32x16 = _mm512_loadu_si512(p.b_sums + first);
#pragma GCC unroll 14
    for (std::size_t r = 0; r < kRows; ++r) {
      const RowCodes codes = p.a_rows[row + r];
      const __m512i zeros_i32x16 = _mm512_mullo_epi32(_mm512_set1_epi32(codes.zero), b_sums_i32x16);
      const __m512i sums_i32x16 = _mm512_sub_epi32(reinterpret_cast<__m512i>(sum_i32x16[r][q]), zeros_i32x16);
      const __m512 scale_f32x16 = _mm512_mul_ps(_mm512_set1_ps(codes.scale), scales_f32x16);
      const __m512 scaled_f32x16 = _mm512_mul_ps(_mm512_cvtepi32_ps(sums_i32x16), scale_f32x16);
      _mm512_mask_storeu_ps(p.c + (row + r) * p.c_stride + first, valid,
                            _mm512_add_ps(scaled_f32x16, bias_f32x16));
    }
  }
}

using TileOfRows = void (*)(const Int8Product&, std::size_t, std::size_t, Lines) noexcept;

// All rows against a number of panels, in tiles of about as many rows each. As many of the next panels are brought near
// meanwhile, a part by each tile.
template <std::size_t kMostRows>
void strip(const TileOfRows (&by_rows)[kMostRows], const Int8Product& p, std::size_t col,
           std::size_t panels) noexcept {
  const std::size_t next = col + panels * kLanes;
  const std::size_t left = next < p.cols ? (p.cols - next + kLanes - 1) / kLanes : 0;
  const std::size_t lines = (left < panels ? left : panels) * p.depth / 4;
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

void product(const Int8Product& p) noexcept {
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

const GemmInt8Kernels gemm_int8_avx512_vnni = {"avx512_vnni", avx512_vnni::quantize, product};
}  // namespace attune::kernels
