// Inner products and squared distances of float32 vectors that lie side by side.
//
// A panel holds `width` vectors, number by number:  panel[k * width + j]  is number k of vector j. Lanes are
// vectors, so nothing is summed across lanes, and every sum runs over k in order, one rounding a step (two at
// level scalar). That is also what gemm's tile does: a vector's score has the same bits whichever kernel
// computed it, alone or in a batch.
#pragma once
#include <cstddef>

namespace attune::kernels {

// `width` is a multiple of the level's lanes (1, 8, 16).
struct DistanceKernels {
  const char* name;

  // products[j]  =  sum over k < dim of  query[k] * panel[k, j]
  void (*inner_product_one_to_many)(const float* query, const float* panel, std::size_t width,
                                    std::size_t dim, float* products) noexcept;

  // distances[j]  =  sum over k < dim of  (query[k] - panel[k, j])^2
  void (*l2_squared_one_to_many)(const float* query, const float* panel, std::size_t width, std::size_t dim,
                                 float* distances) noexcept;

  // distances[r * width + j]  =  sum over k < dim of  (queries[k, r] - panel[k, j])^2,  for `query_width`
  // queries that lie side by side too:  queries[k * query_width + r].
  void (*l2_squared_many_to_many)(const float* queries, std::size_t query_width, const float* panel,
                                  std::size_t width, std::size_t dim, float* distances) noexcept;
};

extern const DistanceKernels distance_scalar;
extern const DistanceKernels distance_avx2;
extern const DistanceKernels distance_avx512;

}  // namespace attune::kernels
