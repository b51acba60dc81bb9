#include "train/lazy_adamw.h"

#include <algorithm>

#include "runtime/thread_pool.h"

namespace attune {
namespace {

constexpr std::size_t kRowsPerItem = 64;

}  // namespace

LazyAdamW::LazyAdamW(const Level& level, std::vector<float> weights, std::size_t dim,
                     const AdamOptions& options)
    : level_(level),
      dim_(dim),
      options_(options),
      anchors_(std::move(weights)),
      weights_(anchors_),
      first_moments_(weights_.size()),
      second_moments_(weights_.size()),
      last_step_(weights_.size() / dim),
      moved_(weights_.size() / dim) {}

void LazyAdamW::bring_up(std::size_t row) {
  const std::uint64_t now = current();
  const std::size_t missed = static_cast<std::size_t>(now - last_step_[row]);
  if (missed == 0) return;
  // Without moments, and at its anchors, a row stays as it is: one that never had a gradient costs nothing.
  if (moved_[row] != 0) {
    level_.optimizer.coast(options_.constants, steps_.data() + (last_step_[row] - first_step_), missed,
                           anchors_.data() + row * dim_, weights_.data() + row * dim_,
                           first_moments_.data() + row * dim_, second_moments_.data() + row * dim_, dim_);
  }
  last_step_[row] = now;
}

void LazyAdamW::begin_step(float learning_rate, float gradient_scale) {
  steps_.push_back(adam_step(options_, learning_rate, step() + 1, gradient_scale));
  pending_ = true;
}

void LazyAdamW::update(std::size_t row, const float* gradient) {
  level_.optimizer.update(options_.constants, steps_.back(), gradient, anchors_.data() + row * dim_,
                          weights_.data() + row * dim_, first_moments_.data() + row * dim_,
                          second_moments_.data() + row * dim_, dim_);
  last_step_[row] = step();
  moved_[row] = 1;
}

void LazyAdamW::flush() {
  parallel_for((rows() + kRowsPerItem - 1) / kRowsPerItem, [&](std::size_t item) {
    const std::size_t end = std::min(rows(), (item + 1) * kRowsPerItem);
    for (std::size_t row = item * kRowsPerItem; row < end; ++row) bring_up(row);
  });
  first_step_ = step();
  steps_.clear();
}

TrainingState LazyAdamW::state() {
  flush();
  return {weights_, first_moments_, second_moments_, step()};
}

void LazyAdamW::restore(TrainingState state) {
  check_state(state, weights_.size());
  weights_ = std::move(state.weights);
  first_moments_ = std::move(state.first_moments);
  second_moments_ = std::move(state.second_moments);
  first_step_ = state.step;
  steps_.clear();
  std::fill(last_step_.begin(), last_step_.end(), state.step);
  for (std::size_t row = 0; row < rows(); ++row) {
    bool moved = false;
    for (std::size_t i = row * dim_; i < (row + 1) * dim_; ++i) {
      moved = moved || first_moments_[i] != 0 || second_moments_[i] != 0 || weights_[i] != anchors_[i];
    }
    moved_[row] = moved ? 1 : 0;
  }
}

}  // namespace attune
