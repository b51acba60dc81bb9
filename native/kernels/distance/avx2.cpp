// Squared distances for x86 CPUs with AVX2 and FMA: eight vectors to a register.
//
// This file alone is compiled with -mavx2 -mfma. It includes intrinsics and its own header only,
// so that no shared inline function is ever built with these flags.
#include <immintrin.h>
#include "distance.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kLanes = 8;
// With two registers each, eight chains of FMAs: enough to hide their latency.
constexpr std::size_t kMostRows = 4;

// Queries r to r + kRows against kRegisters * kLanes vectors, from column j of the panel on.
template <std::size_t kRows, std::size_t kRegisters>
void block(const float* queries, std::size_t count, std::size_t r, const float* panel, std::size_t width,
           std::size_t j, std::size_t dim, float* out) noexcept {
  __m256 sum_f32x8[kRows][kRegisters];
  for (std::size_t q = 0; q < kRows; ++q) {
    for (std::size_t i = 0; i < kRegisters; ++i) sum_f32x8[q][i] = _mm256_setzero_ps();
  }
  for (std::size_t k = 0; k < dim; ++k) {
    __m256 row_f32x8[kRegisters];
    for (std::size_t i = 0; i < kRegisters; ++i) {
      row_f32x8[i] = _mm256_loadu_ps(panel + k * width + j + i * kLanes);
    }
    for (std::size_t q = 0; q < kRows; ++q) {
      const __m256 query_f32x8 = _mm256_set1_ps(queries[k * count + r + q]);
      for (std::size_t i = 0; i < kRegisters; ++i) {
        const __m256 diff_f32x8 = _mm256_sub_ps(query_f32x8, row_f32x8[i]);
        sum_f32x8[q][i] = _mm256_fmadd_ps(diff_f32x8, diff_f32x8, sum_f32x8[q][i]);
      }
    }
  }
  for (std::size_t q = 0; q < kRows; ++q) {
    for (std::size_t i = 0; i < kRegisters; ++i) {
      _mm256_storeu_ps(out + (r + q) * width + j + i * kLanes, sum_f32x8[q][i]);
    }
  }
}

template <std::size_t kRows>
void rows(const float* queries, std::size_t count, std::size_t r, const float* panel, std::size_t width,
          std::size_t dim, float* out) noexcept {
  std::size_t j = 0;
  for (; j + 2 * kLanes <= width; j += 2 * kLanes) {
    block<kRows, 2>(queries, count, r, panel, width, j, dim, out);
  }
  for (; j + kLanes <= width; j += kLanes) block<kRows, 1>(queries, count, r, panel, width, j, dim, out);
}

void l2_squared_many_to_many(const float* queries, std::size_t count, const float* panel, std::size_t width,
                             std::size_t dim, float* out) noexcept {
  std::size_t r = 0;
  for (; r + kMostRows <= count; r += kMostRows) rows<kMostRows>(queries, count, r, panel, width, dim, out);
  if (count - r == 3) rows<3>(queries, count, r, panel, width, dim, out);
  if (count - r == 2) rows<2>(queries, count, r, panel, width, dim, out);
  if (count - r == 1) rows<1>(queries, count, r, panel, width, dim, out);
}

}  // namespace

const DistanceKernels distance_avx2 = {"avx2", l2_squared_many_to_many};
}  // namespace attune::kernels
