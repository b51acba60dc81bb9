// Distances for x86 CPUs with AVX-512: sixteen vectors to a register.
//
// This file alone is compiled with AVX-512 flags. It includes intrinsics and its own header only.
#include <immintrin.h>
#include "distance.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kLanes = 16;
constexpr std::size_t kQueries = 4;  // of l2_squared_many_to_many at a time

// Products of one query with kRegisters * kLanes vectors, from column j of the panel on.
template <std::size_t kRegisters>
void inner_product_columns(const float* query, const float* panel, std::size_t width, std::size_t dim,
                           std::size_t j, float* products) noexcept {
  __m512 sum_f32x16[kRegisters];
  for (std::size_t i = 0; i < kRegisters; ++i) sum_f32x16[i] = _mm512_setzero_ps();
  for (std::size_t k = 0; k < dim; ++k) {
    const __m512 query_f32x16 = _mm512_set1_ps(query[k]);
    for (std::size_t i = 0; i < kRegisters; ++i) {
      const __m512 row_f32x16 = _mm512_loadu_ps(panel + k * width + j + i * kLanes);
      sum_f32x16[i] = _mm512_fmadd_ps(query_f32x16, row_f32x16, sum_f32x16[i]);
    }
  }
  for (std::size_t i = 0; i < kRegisters; ++i) _mm512_storeu_ps(products + j + i * kLanes, sum_f32x16[i]);
}

void inner_product_one_to_many(const float* query, const float* panel, std::size_t width, std::size_t dim,
                               float* products) noexcept {
  std::size_t j = 0;
  for (; j + 4 * kLanes <= width; j += 4 * kLanes)
    inner_product_columns<4>(query, panel, width, dim, j, products);
  for (; j + 2 * kLanes <= width; j += 2 * kLanes)
    inner_product_columns<2>(query, panel, width, dim, j, products);
  for (; j + kLanes <= width; j += kLanes) inner_product_columns<1>(query, panel, width, dim, j, products);
}

// Distances of kRows queries, from query r on, to kRegisters * kLanes vectors, from column j of the panel on.
template <std::size_t kRows, std::size_t kRegisters>
void l2_squared_block(const float* queries, std::size_t query_width, std::size_t r, const float* panel,
                      std::size_t width, std::size_t j, std::size_t dim, float* distances) noexcept {
  __m512 sum_f32x16[kRows][kRegisters];
  for (std::size_t q = 0; q < kRows; ++q) {
    for (std::size_t i = 0; i < kRegisters; ++i) sum_f32x16[q][i] = _mm512_setzero_ps();
  }
  for (std::size_t k = 0; k < dim; ++k) {
    __m512 row_f32x16[kRegisters];
    for (std::size_t i = 0; i < kRegisters; ++i)
      row_f32x16[i] = _mm512_loadu_ps(panel + k * width + j + i * kLanes);
    for (std::size_t q = 0; q < kRows; ++q) {
      const __m512 query_f32x16 = _mm512_set1_ps(queries[k * query_width + r + q]);
      for (std::size_t i = 0; i < kRegisters; ++i) {
        const __m512 diff_f32x16 = _mm512_sub_ps(query_f32x16, row_f32x16[i]);
        sum_f32x16[q][i] = _mm512_fmadd_ps(diff_f32x16, diff_f32x16, sum_f32x16[q][i]);
      }
    }
  }
  for (std::size_t q = 0; q < kRows; ++q) {
    for (std::size_t i = 0; i < kRegisters; ++i) {
      _mm512_storeu_ps(distances + (r + q) * width + j + i * kLanes, sum_f32x16[q][i]);
    }
  }
}

template <std::size_t kRows>
void l2_squared_rows(const float* queries, std::size_t query_width, std::size_t r, const float* panel,
                     std::size_t width, std::size_t dim, float* distances) noexcept {
  std::size_t j = 0;
  for (; j + 2 * kLanes <= width; j += 2 * kLanes) {
    l2_squared_block<kRows, 2>(queries, query_width, r, panel, width, j, dim, distances);
  }
  for (; j + kLanes <= width; j += kLanes) {
    l2_squared_block<kRows, 1>(queries, query_width, r, panel, width, j, dim, distances);
  }
}

void l2_squared_many_to_many(const float* queries, std::size_t query_width, const float* panel,
                             std::size_t width, std::size_t dim, float* distances) noexcept {
  std::size_t r = 0;
  for (; r + kQueries <= query_width; r += kQueries) {
    l2_squared_rows<kQueries>(queries, query_width, r, panel, width, dim, distances);
  }
  for (; r < query_width; ++r) l2_squared_rows<1>(queries, query_width, r, panel, width, dim, distances);
}

void l2_squared_one_to_many(const float* query, const float* panel, std::size_t width, std::size_t dim,
                            float* distances) noexcept {
  l2_squared_rows<1>(query, 1, 0, panel, width, dim, distances);
}

}  // namespace

const DistanceKernels distance_avx512 = {"avx512", inner_product_one_to_many, l2_squared_one_to_many,
                                         l2_squared_many_to_many};
}  // namespace attune::kernels
