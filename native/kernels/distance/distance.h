// Inner products and squared distances of float32 vectors that lie side by side.
//
// A panel holds `width` vectors, number by number:  panel[k * width + j]  is number k of vector j. Lanes are
// vectors, so nothing is summed across lanes, and every sum runs over k in order, one rounding a step (two at
// level scalar). That is also what gemm's tile does: a vector's score has the same bits whichever kernel
// computed it, alone or in a batch.
#pragma once
#include <cstddef>

namespace attune::kernels {

// All compare `count` queries, which lie side by side too, queries[k * count + r], with the vectors of a
// panel. `width` is a multiple of the level's lanes (1, 8, 16).
struct DistanceKernels {
  const char* name;

  // products[r * width + j]  =  sum over k < dim of  queries[k, r] * panel[k, j]
  // For a few queries, which would fill no tile of gemm.
  void (*inner_product_many_to_many)(const float* queries, std::size_t count, const float* panel,
                                     std::size_t width, std::size_t dim, float* products) noexcept;

  // distances[r * width + j]  =  sum over k < dim of  (queries[k, r] - panel[k, j])^2
  void (*l2_squared_many_to_many)(const float* queries, std::size_t count, const float* panel,
                                  std::size_t width, std::size_t dim, float* distances) noexcept;
};

extern const DistanceKernels distance_scalar;
extern const DistanceKernels distance_avx2;
extern const DistanceKernels distance_avx512;

}  // namespace attune::kernels
