// The comparison for x86 CPUs with AVX2: eight scores at a time.
//
// This file alone is compiled with -mavx2 -mfma. It includes intrinsics and its own header only,
// so that no shared inline function is ever built with these flags.
#include <immintrin.h>
#include "topk.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kLanes = 8;

std::uint64_t above(const float* scores, std::size_t width, float threshold) noexcept {
  const __m256 threshold_f32x8 = _mm256_set1_ps(threshold);
  std::uint64_t bits = 0;
  for (std::size_t j = 0; j < width; j += kLanes) {
    const __m256 above_f32x8 = _mm256_cmp_ps(_mm256_loadu_ps(scores + j), threshold_f32x8, _CMP_GT_OQ);
    bits |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm256_movemask_ps(above_f32x8))) << j;
  }
  return bits;
}

}  // namespace

const TopkKernels topk_avx2 = {"avx2", above};
}  // namespace attune::kernels
