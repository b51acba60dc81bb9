// The definition of the distances, as plain as the arithmetic allows.
#include "distance.h"

namespace attune::kernels {
namespace {

void inner_product_one_to_many(const float* query, const float* panel, std::size_t width, std::size_t dim,
                               float* products) noexcept {
  for (std::size_t j = 0; j < width; ++j) products[j] = 0.0f;
  for (std::size_t k = 0; k < dim; ++k) {
    for (std::size_t j = 0; j < width; ++j) products[j] += query[k] * panel[k * width + j];
  }
}

void l2_squared_many_to_many(const float* queries, std::size_t query_width, const float* panel,
                             std::size_t width, std::size_t dim, float* distances) noexcept {
  for (std::size_t i = 0; i < query_width * width; ++i) distances[i] = 0.0f;
  for (std::size_t k = 0; k < dim; ++k) {
    for (std::size_t r = 0; r < query_width; ++r) {
      for (std::size_t j = 0; j < width; ++j) {
        const float difference = queries[k * query_width + r] - panel[k * width + j];
        distances[r * width + j] += difference * difference;
      }
    }
  }
}

void l2_squared_one_to_many(const float* query, const float* panel, std::size_t width, std::size_t dim,
                            float* distances) noexcept {
  l2_squared_many_to_many(query, 1, panel, width, dim, distances);
}

}  // namespace

const DistanceKernels distance_scalar = {"scalar", inner_product_one_to_many, l2_squared_one_to_many,
                                         l2_squared_many_to_many};
}  // namespace attune::kernels
