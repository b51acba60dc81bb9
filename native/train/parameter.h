// The weights of a model under training, by name: how a state is described to whoever saves it.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace attune {

// A tensor, and where it lies in the flat lists of a TrainingState.
struct Parameter {
  std::string name;
  std::vector<std::size_t> shape;
  std::size_t offset = 0;

  std::size_t count() const;  // numbers
};

// Everything that goes on being changed, flat, as the parameters say.
struct TrainingState {
  std::vector<float> weights, first_moments, second_moments;
  std::uint64_t step = 0;  // steps taken
};

// Throws Error SHAPE_MISMATCH unless the state has `size` numbers of each kind.
void check_state(const TrainingState& state, std::size_t size);

}  // namespace attune
