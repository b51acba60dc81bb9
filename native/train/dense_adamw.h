// AdamW over weights of which every step touches all.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "runtime/levels.h"
#include "train/adam_options.h"

namespace attune {

class DenseAdamW {
 public:
  // decays: for each of `sizes`, consecutive parts of the weights, whether weight decay pulls on it.
  DenseAdamW(const Level& level, std::vector<float> weights, const std::vector<std::size_t>& sizes,
             const std::vector<bool>& decays, const AdamOptions& options);

  const std::vector<float>& weights() const { return weights_; }
  std::vector<float>& gradients() { return gradients_; }  // a step leaves them as they were
  std::uint64_t step() const { return step_; }

  // The sum of the gradients' squares, added up in an order that depends on the sizes alone.
  double squared_norm();
  // One step along gradients * gradient_scale.
  void update(float learning_rate, float gradient_scale);

  const std::vector<float>& first_moments() const { return first_moments_; }
  const std::vector<float>& second_moments() const { return second_moments_; }
  // Continues from a saved state of equal sizes. The weights stay where they lie in memory, and the decay goes on towards
  // those of the constructor.
  void restore(std::span<const float> weights, std::span<const float> first_moments,
               std::span<const float> second_moments, std::uint64_t step);

 private:
  struct Part {
    std::size_t begin, end;
    bool decays;
  };

  const Level& level_;
  const AdamOptions options_;
  std::vector<Part> parts_;           // small pieces, one item of work each
  const std::vector<float> anchors_;  // the weights at the beginning; empty where nothing decays
  std::vector<float> weights_, gradients_, first_moments_, second_moments_;
  std::vector<double> part_squares_;
  std::uint64_t step_ = 0;
};

}  // namespace attune
