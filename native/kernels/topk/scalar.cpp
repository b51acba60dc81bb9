// The definition of the comparison.
#include "topk.h"

namespace attune::kernels {
namespace {

std::uint64_t above(const float* scores, std::size_t width, float threshold) noexcept {
  std::uint64_t bits = 0;
  for (std::size_t j = 0; j < width; ++j) bits |= static_cast<std::uint64_t>(scores[j] > threshold) << j;
  return bits;
}

}  // namespace

const TopkKernels topk_scalar = {"scalar", above};
}  // namespace attune::kernels
