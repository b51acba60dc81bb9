// Squared distances of float32 vectors that lie side by side. (Inner products are gemm's.)
#pragma once
#include <cstddef>

namespace attune::kernels {

struct DistanceKernels {
  const char* name;

  //   distances[r * width + j]  =  sum over k < dim of  (queries[k * count + r] - panel[k * width + j])^2
  //
  // of `count` queries and the `width` vectors of a panel; `width` is a multiple of the level's lanes (1, 8,
  // 16). Lanes are vectors, and every sum runs over k in order, as gemm's do: a distance has the same bits
  // whichever other queries and vectors stand beside it. Differences are squared; expanding the square would
  // cost half as much, and lose near neighbours to cancellation.
  void (*l2_squared_many_to_many)(const float* queries, std::size_t count, const float* panel,
                                  std::size_t width, std::size_t dim, float* distances) noexcept;
};

extern const DistanceKernels distance_scalar;
extern const DistanceKernels distance_avx2;
extern const DistanceKernels distance_avx512;

}  // namespace attune::kernels
