// Training of an encoder towards given vectors: a small model learns what a large one answers.
#pragma once
#include <vector>

#include "train/pair_trainer.h"

namespace attune {

//   loss = mean over the texts of a batch of  weight * (1 - encode(text) · target)
class Distiller {
 public:
  // targets: [texts of the encoder, dim], rows of unit length; weights: [texts], not negative.
  // Throws Error SHAPE_MISMATCH.
  Distiller(TrainableEncoder& encoder, std::vector<float> targets, std::vector<float> weights);

  // The order holds texts. Returns the loss of each batch before it was learned from; cancelled as
  // PairTrainer::train.
  std::vector<double> train(const TrainingSteps& steps, Progress& progress);

 private:
  double step(std::span<const std::uint32_t> texts, float learning_rate, std::size_t number);

  TrainableEncoder& encoder_;
  const std::vector<float> targets_, weights_;
  std::vector<float> unit_, gradients_;  // [texts of the batch, dim]
};

}  // namespace attune
