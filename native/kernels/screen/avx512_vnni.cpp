// The screen for x86 CPUs with AVX-512 and VNNI, which multiplies and adds four codes an instruction and
// lane: 12 queries x 32 rows, 24 of the 32 registers hold sums.
//
// This file alone is compiled with AVX-512 VNNI flags. It includes intrinsics and its own header only.
#include <immintrin.h>
#include "screen.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kTileQueries = 12;
constexpr std::size_t kLanes = 16;
constexpr std::size_t kWidth = 2 * kLanes;

// A number of queries known to the compiler keeps every sum in a register.
template <std::size_t kQueries>
void products_of(const ScreenTile& t) noexcept {
  __m512i sum_i32x16[kQueries][2];
#pragma GCC unroll 12
  for (std::size_t r = 0; r < kQueries; ++r)
    sum_i32x16[r][0] = sum_i32x16[r][1] = _mm512_set1_epi32(t.starts[r]);
  const std::uint8_t* rows = t.panel;
  const std::int8_t* queries = t.queries;
  for (std::size_t g = 0; g < t.groups; ++g, rows += kWidth * 4, queries += kQueries * 4) {
    const __m512i left_u8x64 = _mm512_loadu_si512(rows);
    const __m512i right_u8x64 = _mm512_loadu_si512(rows + kLanes * 4);
#pragma GCC unroll 12
    for (std::size_t r = 0; r < kQueries; ++r) {
      const __m128i codes = _mm_loadu_si32(queries + r * 4);
      const __m512i query_i8x64 = _mm512_broadcastd_epi32(codes);
      sum_i32x16[r][0] = _mm512_dpbusd_epi32(sum_i32x16[r][0], left_u8x64, query_i8x64);
      sum_i32x16[r][1] = _mm512_dpbusd_epi32(sum_i32x16[r][1], right_u8x64, query_i8x64);
    }
  }
#pragma GCC unroll 12
  for (std::size_t r = 0; r < kQueries; ++r) {
    _mm512_storeu_si512(t.products + r * kWidth, sum_i32x16[r][0]);
    _mm512_storeu_si512(t.products + r * kWidth + kLanes, sum_i32x16[r][1]);
  }
}

void products(const ScreenTile& t) noexcept {
  constexpr void (*kByCount[])(const ScreenTile&) noexcept = {
      products_of<1>, products_of<2>, products_of<3>, products_of<4>,  products_of<5>,  products_of<6>,
      products_of<7>, products_of<8>, products_of<9>, products_of<10>, products_of<11>, products_of<12>,
  };
  kByCount[t.count - 1](t);
}

std::uint64_t may_reach(const std::int32_t* products, const ScreenRows& rows, const ScreenBounds& query,
                        float threshold) noexcept {
  const __m512 scale_f32x16 = _mm512_set1_ps(query.scale), norm_f32x16 = _mm512_set1_ps(query.norm);
  const __m512 radius_f32x16 = _mm512_set1_ps(query.radius), threshold_f32x16 = _mm512_set1_ps(threshold);
  std::uint64_t bits = 0;
  for (std::size_t j = 0; j < kWidth; j += kLanes) {
    const __m512 product_f32x16 = _mm512_cvtepi32_ps(_mm512_loadu_si512(products + j));
    __m512 most_f32x16 = _mm512_mul_ps(radius_f32x16, _mm512_loadu_ps(rows.norms + j));
    most_f32x16 = _mm512_fmadd_ps(norm_f32x16, _mm512_loadu_ps(rows.radii + j), most_f32x16);
    const __m512 scaled_f32x16 = _mm512_mul_ps(_mm512_loadu_ps(rows.scales + j), product_f32x16);
    most_f32x16 = _mm512_fmadd_ps(scale_f32x16, scaled_f32x16, most_f32x16);
    const __mmask16 reaches = _mm512_cmp_ps_mask(most_f32x16, threshold_f32x16, _CMP_NLT_UQ);
    bits |= static_cast<std::uint64_t>(reaches) << j;
  }
  return bits;
}

std::uint64_t may_be_within(const std::int32_t* products, const ScreenRows& rows, const ScreenBounds& query,
                            float reach) noexcept {
  const __m512 scale_f32x16 = _mm512_set1_ps(2.0f * query.scale), reach_f32x16 = _mm512_set1_ps(reach);
  const __m512 square_f32x16 = _mm512_set1_ps(query.norm * query.norm);
  const __m512 nearly_f32x16 = _mm512_set1_ps(kNearlyAll);
  std::uint64_t bits = 0;
  for (std::size_t j = 0; j < kWidth; j += kLanes) {
    const __m512 product_f32x16 = _mm512_cvtepi32_ps(_mm512_loadu_si512(products + j));
    const __m512 scaled_f32x16 = _mm512_mul_ps(_mm512_loadu_ps(rows.scales + j), product_f32x16);
    const __m512 norm_f32x16 = _mm512_loadu_ps(rows.norms + j);
    const __m512 squares_f32x16 = _mm512_fmadd_ps(norm_f32x16, norm_f32x16, square_f32x16);
    const __m512 distance_f32x16 =
        _mm512_fnmadd_ps(scale_f32x16, scaled_f32x16, _mm512_mul_ps(nearly_f32x16, squares_f32x16));
    const __m512 most_f32x16 = _mm512_add_ps(reach_f32x16, _mm512_loadu_ps(rows.radii + j));
    const __mmask16 within =
        _mm512_cmp_ps_mask(distance_f32x16, _mm512_mul_ps(most_f32x16, most_f32x16), _CMP_NGT_UQ);
    bits |= static_cast<std::uint64_t>(within) << j;
  }
  return bits;
}

}  // namespace

const ScreenKernels screen_avx512_vnni = {"avx512_vnni", kTileQueries, kWidth,
                                          products,      may_reach,    may_be_within};
}  // namespace attune::kernels
