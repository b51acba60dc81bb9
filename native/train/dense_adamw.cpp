#include "train/dense_adamw.h"

#include <algorithm>

#include "runtime/thread_pool.h"

namespace attune {
namespace {

constexpr std::size_t kMostPerPart = 16384;

// In lanes of float32 for a few hundred numbers at a time, which is as exact as the numbers are, and in double over those.
double sum_of_squares(const float* values, std::size_t count) {
  constexpr std::size_t kLanes = 16, kAtOnce = 512;
  double total = 0;
  for (std::size_t first = 0; first < count; first += kAtOnce) {
    const std::size_t end = std::min(count, first + kAtOnce);
    float lanes[kLanes] = {};
    std::size_t i = first;
    for (; i + kLanes <= end; i += kLanes)
      for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += values[i + lane] * values[i + lane];
    for (; i < end; ++i) total += double(values[i]) * values[i];
    for (const float lane : lanes) total += lane;
  }
  return total;
}

}  // namespace

DenseAdamW::DenseAdamW(const Level& level, std::vector<float> weights, const std::vector<std::size_t>& sizes,
                       const std::vector<bool>& decays, const AdamOptions& options)
    : level_(level),
      options_(options),
      anchors_(options.weight_decay > 0 ? weights : std::vector<float>()),
      weights_(std::move(weights)),
      gradients_(weights_.size()),
      first_moments_(weights_.size()),
      second_moments_(weights_.size()) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::size_t end = begin + sizes[i];
    for (; begin < end; begin = parts_.back().end)
      parts_.push_back({begin, std::min(end, begin + kMostPerPart), decays[i] && options.weight_decay > 0});
  }
  part_squares_.resize(parts_.size());
}

double DenseAdamW::squared_norm() {
  parallel_for(parts_.size(), [&](std::size_t number) {
    part_squares_[number] =
        sum_of_squares(gradients_.data() + parts_[number].begin, parts_[number].end - parts_[number].begin);
  });
  double squares = 0;
  for (const double part : part_squares_) squares += part;
  return squares;
}

void DenseAdamW::update(float learning_rate, float gradient_scale) {
  const kernels::AdamStep decaying = adam_step(options_, learning_rate, ++step_, gradient_scale);
  kernels::AdamStep plain = decaying;
  plain.pull = 0;
  parallel_for(parts_.size(), [&](std::size_t number) {
    const Part& part = parts_[number];
    const float* const anchors = part.decays ? anchors_.data() : weights_.data();
    level_.optimizer.update(options_.constants, part.decays ? decaying : plain,
                            gradients_.data() + part.begin, anchors + part.begin,
                            weights_.data() + part.begin, first_moments_.data() + part.begin,
                            second_moments_.data() + part.begin, part.end - part.begin);
  });
}

void DenseAdamW::restore(std::span<const float> weights, std::span<const float> first_moments,
                         std::span<const float> second_moments, std::uint64_t step) {
  std::copy(weights.begin(), weights.end(), weights_.begin());
  std::copy(first_moments.begin(), first_moments.end(), first_moments_.begin());
  std::copy(second_moments.begin(), second_moments.end(), second_moments_.begin());
  step_ = step;
}

}  // namespace attune
