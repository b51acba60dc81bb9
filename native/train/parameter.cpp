#include "train/parameter.h"

#include <functional>
#include <numeric>

#include "attune/error.h"

namespace attune {

std::size_t Parameter::count() const {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

void check_state(const TrainingState& state, std::size_t size) {
  if (state.weights.size() == size && state.first_moments.size() == size &&
      state.second_moments.size() == size)
    return;
  throw Error("SHAPE_MISMATCH",
              "Expected a saved state of " + std::to_string(size) +
                  " weights and as many moments of each kind, but received " +
                  std::to_string(state.weights.size()) + ", " + std::to_string(state.first_moments.size()) +
                  " and " + std::to_string(state.second_moments.size()) + ". Is it of another model?");
}

}  // namespace attune
