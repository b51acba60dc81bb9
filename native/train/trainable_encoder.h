// What a trainer needs of a model: vectors of texts, and a step along the gradients that come back for them.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "attune/matrix.h"
#include "train/parameter.h"

namespace attune {

class TrainableEncoder {
 public:
  TrainableEncoder() = default;
  TrainableEncoder(const TrainableEncoder&) = delete;
  TrainableEncoder& operator=(const TrainableEncoder&) = delete;
  virtual ~TrainableEncoder() = default;

  virtual std::size_t dim() const = 0;         // of the vectors
  virtual std::size_t text_count() const = 0;  // texts are rows below this

  // unit[i] = the vector of texts[i], of unit length; zero when the text has nothing to encode.
  virtual void encode(std::span<const std::uint32_t> texts, Matrix unit) = 0;

  // One step of the optimiser for the texts of the last encode, whose `unit` is unchanged.
  // gradients[i] = d loss / d unit[i]; they are used up.
  virtual void learn(ConstMatrix unit, Matrix gradients, float learning_rate) = 0;

  virtual std::vector<Parameter> parameters() const = 0;
  virtual TrainingState state() = 0;
  // Goes on from a state that was saved. Throws Error SHAPE_MISMATCH.
  virtual void restore(TrainingState state) = 0;
};

}  // namespace attune
