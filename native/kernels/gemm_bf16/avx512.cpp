// bfloat16 products for x86 CPUs with AVX-512 whose multipliers of bfloat16 are missing or slower than those of
// float32 (Intel's): pairs are widened in registers, 6 rows x 64 columns, 24 of the 32 registers hold sums.
//
// This file alone is compiled with AVX-512 flags. It includes intrinsics and its own header only.
#include <immintrin.h>
#include "gemm_bf16.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kLanes = 16;
constexpr std::size_t kTileRows = 6;

// Sixteen float32 to bfloat16, in the lower halves of their lanes.
__m512i rounded(__m512 values_f32x16) noexcept {
  const __m512i bits_u32x16 = _mm512_castps_si512(values_f32x16);
  const __m512i upper_u32x16 = _mm512_srli_epi32(bits_u32x16, 16);
  const __m512i odd_u32x16 = _mm512_and_si512(upper_u32x16, _mm512_set1_epi32(1));
  const __m512i half_u32x16 = _mm512_add_epi32(odd_u32x16, _mm512_set1_epi32(0x7fff));
  const __m512i nearest_u32x16 = _mm512_srli_epi32(_mm512_add_epi32(bits_u32x16, half_u32x16), 16);
  // The upper half of a NaN, made a quiet one: rounding could carry it to infinity.
  const __mmask16 nan = _mm512_cmp_ps_mask(values_f32x16, values_f32x16, _CMP_UNORD_Q);
  return _mm512_mask_or_epi32(nearest_u32x16, nan, upper_u32x16, _mm512_set1_epi32(0x40));
}

__mmask16 first_lanes(std::size_t count) noexcept {
  return static_cast<__mmask16>(count >= kLanes ? 0xffffu : (1u << count) - 1u);
}

void round(const float* values, std::size_t count, std::uint16_t* out) noexcept {
  for (std::size_t i = 0; i < count; i += kLanes) {
    const __mmask16 valid = first_lanes(count - i);
    const __m512i some_u32x16 = rounded(_mm512_maskz_loadu_ps(valid, values + i));
    _mm256_mask_storeu_epi16(out + i, valid, _mm512_cvtepi32_epi16(some_u32x16));
  }
}

void pack_columns(const float* columns, std::size_t depth_stride, std::size_t have, std::size_t cols,
                  std::size_t depth, std::uint16_t* panel) noexcept {
  const __mmask16 valid = first_lanes(cols);
  for (std::size_t k = 0; k < depth; k += 2, panel += 2 * kLanes) {
    const __m512 first_f32x16 =
        k < have ? _mm512_maskz_loadu_ps(valid, columns + k * depth_stride) : _mm512_setzero_ps();
    const __m512 second_f32x16 =
        k + 1 < have ? _mm512_maskz_loadu_ps(valid, columns + (k + 1) * depth_stride) : _mm512_setzero_ps();
    const __m512i upper_u32x16 = _mm512_slli_epi32(rounded(second_f32x16), 16);
    _mm512_storeu_si512(panel, _mm512_or_si512(upper_u32x16, rounded(first_f32x16)));
  }
}

// A number of rows and of panels known to the compiler keeps every sum in a register.
template <std::size_t kRows, std::size_t kPanels>
void tile(const Bf16Product& p, std::size_t row, std::size_t col) noexcept {
  __m512 sum_f32x16[kRows][kPanels];
#pragma GCC unroll 6
  for (std::size_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 4
    for (std::size_t q = 0; q < kPanels; ++q) sum_f32x16[r][q] = _mm512_setzero_ps();
  }
  const __m512i upper_u32x16 = _mm512_set1_epi32(static_cast<int>(0xffff0000u));
  const std::size_t panel = p.depth * kLanes;
  const std::uint16_t* a = p.a + row * p.a_stride;
  const std::uint16_t* b = p.b + col * p.depth;
  for (std::size_t k = 0; k < p.depth; k += 2, a += 2, b += 2 * kLanes) {
#pragma GCC unroll 2
    for (int odd = 0; odd < 2; ++odd) {
      const auto widened = [&](__m512i pairs_bf16x32) {
        return _mm512_castsi512_ps(odd == 1 ? _mm512_and_si512(pairs_bf16x32, upper_u32x16)
                                            : _mm512_slli_epi32(pairs_bf16x32, 16));
      };
      __m512 b_f32x16[kPanels];
#pragma GCC unroll 4
      for (std::size_t q = 0; q < kPanels; ++q) b_f32x16[q] = widened(_mm512_loadu_si512(b + q * panel));
#pragma GCC unroll 6
      for (std::size_t r = 0; r < kRows; ++r) {
        const __m512 a_f32x16 = widened(_mm512_broadcastd_epi32(_mm_loadu_si32(a + r * p.a_stride)));
#pragma GCC unroll 4
        for (std::size_t q = 0; q < kPanels; ++q)
          sum_f32x16[r][q] = _mm512_fmadd_ps(a_f32x16, b_f32x16[q], sum_f32x16[r][q]);
      }
    }
  }
#pragma GCC unroll 4
  for (std::size_t q = 0; q < kPanels; ++q) {
    const std::size_t first = col + q * kLanes;
    const __mmask16 valid = first_lanes(p.cols - first);
    __m512 start_f32x16 = _mm512_setzero_ps();
    if (p.bias != nullptr) start_f32x16 = _mm512_maskz_loadu_ps(valid, p.bias + first);
#pragma GCC unroll 6
    for (std::size_t r = 0; r < kRows; ++r) {
      float* const out = p.c + (row + r) * p.c_stride + first;
      if (p.accumulate) start_f32x16 = _mm512_maskz_loadu_ps(valid, out);
      _mm512_mask_storeu_ps(out, valid, _mm512_add_ps(start_f32x16, sum_f32x16[r][q]));
    }
  }
}

// All rows against kPanels panels, in tiles of about as many rows each.
template <std::size_t kPanels>
void strip(const Bf16Product& p, std::size_t col) noexcept {
  constexpr void (*kByRows[])(const Bf16Product&, std::size_t, std::size_t) noexcept = {
      tile<1, kPanels>, tile<2, kPanels>, tile<3, kPanels>,
      tile<4, kPanels>, tile<5, kPanels>, tile<6, kPanels>};
  const std::size_t tiles = (p.rows + kTileRows - 1) / kTileRows;
  for (std::size_t number = 0; number < tiles; ++number) {
    const std::size_t row = p.rows * number / tiles, rows = p.rows * (number + 1) / tiles - row;
    kByRows[rows - 1](p, row, col);
  }
}

void product(const Bf16Product& p) noexcept {
  std::size_t col = 0;
  for (; col + 3 * kLanes < p.cols; col += 4 * kLanes) strip<4>(p, col);
  for (; col < p.cols; col += kLanes) strip<1>(p, col);
}

}  // namespace

const GemmBf16Kernels gemm_bf16_avx512 = {"avx512", round, pack_columns, product};
}  // namespace attune::kernels
