// Products of codes for x86 CPUs with AVX512_VNNI, which multiplies and adds four codes an instruction and
// lane: up to 14 rows x 32 columns, 28 of the 32 registers hold sums; few rows go over more columns at once.
//
// The left bytes have no sign: they hold code + 128, and a sum begins at -128 times its column's sum of codes.
// This file alone is compiled with AVX512_VNNI flags. It includes intrinsics and its own headers only.
#include "avx512_vnni.h"
#include <immintrin.h>

namespace attune::kernels {
namespace avx512_vnni {

constexpr std::size_t kLanes = 16;

float quantize(const float* values, std::size_t count, std::size_t depth, std::uint8_t* codes,
               std::uint8_t offset) noexcept {
  const auto valid_at = [count](std::size_t i) {
    const std::size_t left = i < count ? count - i : 0;
    return static_cast<__mmask16>(left >= kLanes ? 0xffffu : (1u << left) - 1u);
  };
  // Magnitudes compare as their bits do, with infinity and NaN above all numbers.
  const __m512i magnitude_u32x16 = _mm512_set1_epi32(0x7fffffff);
  __m512i greatest_u32x16 = _mm512_setzero_si512();
  for (std::size_t i = 0; i < count; i += kLanes) {
    const __m512i bits_u32x16 = _mm512_maskz_loadu_epi32(valid_at(i), values + i);
    greatest_u32x16 = _mm512_max_epu32(greatest_u32x16, _mm512_and_si512(bits_u32x16, magnitude_u32x16));
  }
  const std::uint32_t greatest = _mm512_reduce_max_epu32(greatest_u32x16);
  float most;
  __builtin_memcpy(&most, &greatest, sizeof(most));
  const bool finite = greatest < 0x7f800000u;
  const bool zeros = !finite || most < 0x1p-100f;
  const __m512 inverse_f32x16 = _mm512_set1_ps(zeros ? 0.0f : 127.0f / most);
  const __m128i offset_u8x16 = _mm_set1_epi8(static_cast<char>(offset));
  for (std::size_t i = 0; i < depth; i += kLanes) {
    const __mmask16 valid = zeros ? __mmask16{0} : valid_at(i);
    const __m512 values_f32x16 = _mm512_maskz_loadu_ps(valid, values + i);
    const __m512i codes_i32x16 = _mm512_cvtps_epi32(_mm512_mul_ps(values_f32x16, inverse_f32x16));
    const __m128i codes_i8x16 = _mm512_cvtepi32_epi8(codes_i32x16);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(codes + i), _mm_add_epi8(codes_i8x16, offset_u8x16));
  }
  if (!finite) return __builtin_nanf("");
  return zeros ? 0.0f : most / 127.0f;
}

}  // namespace avx512_vnni

namespace {

using avx512_vnni::kLanes;

constexpr std::uint8_t kOffset = 128;

// The intrinsics' __m512i holds 64-bit numbers: sums kept in it are copied at every step by GCC 12.
using Int32x16 = std::int32_t __attribute__((vector_size(64)));

// A number of rows and of panels known to the compiler keeps every sum in a register.
template <std::size_t kRows, std::size_t kPanels>
void tile(const Int8Product& p, std::size_t row, std::size_t col) noexcept {
  Int32x16 sum_i32x16[kRows][kPanels];
#pragma GCC unroll 8
  for (std::size_t q = 0; q < kPanels; ++q) {
    const __m512i sums_i32x16 = _mm512_loadu_si512(p.b_sums + col + q * kLanes);
    const __m512i start_i32x16 = _mm512_sub_epi32(_mm512_setzero_si512(), _mm512_slli_epi32(sums_i32x16, 7));
#pragma GCC unroll 14
    for (std::size_t r = 0; r < kRows; ++r) sum_i32x16[r][q] = reinterpret_cast<Int32x16>(start_i32x16);
  }
  const std::size_t panel = p.depth * kLanes;
  const std::uint8_t* a = p.a + row * p.a_stride;
  const std::int8_t* b = p.b + col * p.depth;
  for (std::size_t k = 0; k < p.depth; k += 4, a += 4, b += 4 * kLanes) {
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
#pragma GCC unroll 14
    for (std::size_t r = 0; r < kRows; ++r) {
      const __m512 scale_f32x16 = _mm512_mul_ps(_mm512_set1_ps(p.a_scales[row + r]), scales_f32x16);
      const __m512 scaled_f32x16 =
          _mm512_mul_ps(_mm512_cvtepi32_ps(reinterpret_cast<__m512i>(sum_i32x16[r][q])), scale_f32x16);
      _mm512_mask_storeu_ps(p.c + (row + r) * p.c_stride + first, valid,
                            _mm512_add_ps(scaled_f32x16, bias_f32x16));
    }
  }
}

using TileOfRows = void (*)(const Int8Product&, std::size_t, std::size_t) noexcept;

// All rows against a number of panels, in tiles of about as many rows each.
template <std::size_t kMostRows>
void strip(const TileOfRows (&by_rows)[kMostRows], const Int8Product& p, std::size_t col) noexcept {
  const std::size_t tiles = (p.rows + kMostRows - 1) / kMostRows;
  for (std::size_t number = 0; number < tiles; ++number) {
    const std::size_t row = p.rows * number / tiles, rows = p.rows * (number + 1) / tiles - row;
    by_rows[rows - 1](p, row, col);
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
    for (; col + 7 * kLanes < p.cols; col += 8 * kLanes) strip(kEightPanels, p, col);
  }
  if (p.rows <= 6) {
    for (; col + 3 * kLanes < p.cols; col += 4 * kLanes) strip(kFourPanels, p, col);
  }
  for (; col + kLanes < p.cols; col += 2 * kLanes) strip(kTwoPanels, p, col);
  if (col < p.cols) strip(kOnePanel, p, col);
}

float quantize(const float* values, std::size_t count, std::size_t depth, std::uint8_t* codes) noexcept {
  return avx512_vnni::quantize(values, count, depth, codes, kOffset);
}

}  // namespace

const GemmInt8Kernels gemm_int8_avx512_vnni = {"avx512_vnni", kOffset, quantize, product};
}  // namespace attune::kernels
