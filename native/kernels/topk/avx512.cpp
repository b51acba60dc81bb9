// The comparison for x86 CPUs with AVX-512: sixteen scores at a time.
//
// This file alone is compiled with AVX-512 flags. It includes intrinsics and its own header only.
#include <immintrin.h>
#include "topk.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kLanes = 16;

std::uint64_t above(const float* scores, std::size_t width, float threshold) noexcept {
  const __m512 threshold_f32x16 = _mm512_set1_ps(threshold);
  std::uint64_t bits = 0;
  for (std::size_t j = 0; j < width; j += kLanes) {
    const __mmask16 mask = _mm512_cmp_ps_mask(_mm512_loadu_ps(scores + j), threshold_f32x16, _CMP_GT_OQ);
    bits |= static_cast<std::uint64_t>(mask) << j;
  }
  return bits;
}

}  // namespace

const TopkKernels topk_avx512 = {"avx512", above};
}  // namespace attune::kernels
