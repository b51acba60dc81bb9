// The screen for x86 CPUs with AVX2: codes are widened to 16 bits, of which products of pairs are exact.
//
// This file alone is compiled with -mavx2 -mfma. It includes intrinsics and its own header only,
// so that no shared inline function is ever built with these flags.
#include <immintrin.h>
#include "screen.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kTileQueries = 4;
constexpr std::size_t kLanes = 8;
constexpr std::size_t kWidth = 2 * kLanes;

// Eight rows of a panel against a number of queries known to the compiler. Each 128 bits of codes are four
// rows; a sum holds two parts of each.
template <std::size_t kQueries>
void eight_rows(const ScreenTile& t, std::size_t first) noexcept {
  __m256i low_i32x8[kQueries], high_i32x8[kQueries];
#pragma GCC unroll 4
  for (std::size_t r = 0; r < kQueries; ++r) low_i32x8[r] = high_i32x8[r] = _mm256_setzero_si256();
  const std::uint8_t* rows = t.panel + first * 4;
  const std::int8_t* queries = t.queries;
  for (std::size_t g = 0; g < t.groups; ++g, rows += kWidth * 4, queries += kQueries * 4) {
    const __m256i low_i16x16 = _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(rows)));
    const __m256i high_i16x16 =
        _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(rows + 16)));
#pragma GCC unroll 4
    for (std::size_t r = 0; r < kQueries; ++r) {
      const __m128i codes = _mm_loadu_si32(queries + r * 4);
      const __m256i query_i16x16 = _mm256_broadcastq_epi64(_mm_cvtepi8_epi16(codes));
      low_i32x8[r] = _mm256_add_epi32(low_i32x8[r], _mm256_madd_epi16(low_i16x16, query_i16x16));
      high_i32x8[r] = _mm256_add_epi32(high_i32x8[r], _mm256_madd_epi16(high_i16x16, query_i16x16));
    }
  }
#pragma GCC unroll 4
  for (std::size_t r = 0; r < kQueries; ++r) {
    // Rows 0 1 4 5 | 2 3 6 7, then in order.
    const __m256i mixed_i32x8 = _mm256_hadd_epi32(low_i32x8[r], high_i32x8[r]);
    const __m256i sum_i32x8 = _mm256_permute4x64_epi64(mixed_i32x8, 0xd8);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(t.products + r * kWidth + first),
                        _mm256_add_epi32(sum_i32x8, _mm256_set1_epi32(t.starts[r])));
  }
}

template <std::size_t kQueries>
void products_of(const ScreenTile& t) noexcept {
  eight_rows<kQueries>(t, 0);
  eight_rows<kQueries>(t, kLanes);
}

void products(const ScreenTile& t) noexcept {
  constexpr void (*kByCount[])(const ScreenTile&) noexcept = {products_of<1>, products_of<2>, products_of<3>,
                                                              products_of<4>};
  kByCount[t.count - 1](t);
}

std::uint64_t may_reach(const std::int32_t* products, const ScreenRows& rows, const ScreenBounds& query,
                        float threshold) noexcept {
  const __m256 scale_f32x8 = _mm256_set1_ps(query.scale), norm_f32x8 = _mm256_set1_ps(query.norm);
  const __m256 radius_f32x8 = _mm256_set1_ps(query.radius), threshold_f32x8 = _mm256_set1_ps(threshold);
  std::uint64_t bits = 0;
  for (std::size_t j = 0; j < kWidth; j += kLanes) {
    const __m256 product_f32x8 =
        _mm256_cvtepi32_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(products + j)));
    __m256 most_f32x8 = _mm256_mul_ps(radius_f32x8, _mm256_loadu_ps(rows.norms + j));
    most_f32x8 = _mm256_fmadd_ps(norm_f32x8, _mm256_loadu_ps(rows.radii + j), most_f32x8);
    const __m256 scaled_f32x8 = _mm256_mul_ps(_mm256_loadu_ps(rows.scales + j), product_f32x8);
    most_f32x8 = _mm256_fmadd_ps(scale_f32x8, scaled_f32x8, most_f32x8);
    const __m256 reaches_f32x8 = _mm256_cmp_ps(most_f32x8, threshold_f32x8, _CMP_NLT_UQ);
    bits |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm256_movemask_ps(reaches_f32x8))) << j;
  }
  return bits;
}

std::uint64_t may_be_within(const std::int32_t* products, const ScreenRows& rows, const ScreenBounds& query,
                            float reach) noexcept {
  const __m256 scale_f32x8 = _mm256_set1_ps(2.0f * query.scale), reach_f32x8 = _mm256_set1_ps(reach);
  const __m256 square_f32x8 = _mm256_set1_ps(query.norm * query.norm);
  const __m256 nearly_f32x8 = _mm256_set1_ps(kNearlyAll);
  std::uint64_t bits = 0;
  for (std::size_t j = 0; j < kWidth; j += kLanes) {
    const __m256 product_f32x8 =
        _mm256_cvtepi32_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(products + j)));
    const __m256 scaled_f32x8 = _mm256_mul_ps(_mm256_loadu_ps(rows.scales + j), product_f32x8);
    const __m256 norm_f32x8 = _mm256_loadu_ps(rows.norms + j);
    const __m256 squares_f32x8 = _mm256_fmadd_ps(norm_f32x8, norm_f32x8, square_f32x8);
    const __m256 distance_f32x8 =
        _mm256_fnmadd_ps(scale_f32x8, scaled_f32x8, _mm256_mul_ps(nearly_f32x8, squares_f32x8));
    const __m256 most_f32x8 = _mm256_add_ps(reach_f32x8, _mm256_loadu_ps(rows.radii + j));
    const __m256 within_f32x8 =
        _mm256_cmp_ps(distance_f32x8, _mm256_mul_ps(most_f32x8, most_f32x8), _CMP_NGT_UQ);
    bits |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm256_movemask_ps(within_f32x8))) << j;
  }
  return bits;
}

}  // namespace

const ScreenKernels screen_avx2 = {"avx2", kTileQueries, kWidth, products, may_reach, may_be_within};
}  // namespace attune::kernels
