// The definition of the distance, as plain as the arithmetic allows.
#include "distance.h"

namespace attune::kernels {
namespace {

void l2_squared_many_to_many(const float* queries, std::size_t count, const float* panel, std::size_t width,
                             std::size_t dim, float* distances) noexcept {
  for (std::size_t i = 0; i < count * width; ++i) distances[i] = 0.0f;
  for (std::size_t k = 0; k < dim; ++k) {
    for (std::size_t r = 0; r < count; ++r) {
      for (std::size_t j = 0; j < width; ++j) {
        const float difference = queries[k * count + r] - panel[k * width + j];
        distances[r * width + j] += difference * difference;
      }
    }
  }
}

}  // namespace

const DistanceKernels distance_scalar = {"scalar", l2_squared_many_to_many};
}  // namespace attune::kernels
