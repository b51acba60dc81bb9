#include "train/lazy_adamw.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "attune/error.h"
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

void LazyAdamW::begin_step(float learning_rate) {
  const double t = double(step() + 1);
  kernels::AdamStep next;
  next.size = static_cast<float>(learning_rate / (1 - std::pow(double(options_.constants.beta1), t)));
  next.root_correction = static_cast<float>(1 / std::sqrt(1 - std::pow(double(options_.constants.beta2), t)));
  next.pull = learning_rate * options_.weight_decay;
  steps_.push_back(next);
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

LazyAdamW::State LazyAdamW::state() {
  flush();
  return {first_moments_, second_moments_, step()};
}

void LazyAdamW::restore(std::vector<float> weights, State state) {
  const std::size_t size = weights_.size();
  if (weights.size() != size || state.first_moments.size() != size || state.second_moments.size() != size) {
    throw Error("SHAPE_MISMATCH",
                "Expected a saved state of " + std::to_string(size) +
                    " weights and as many moments of each kind, but received " +
                    std::to_string(weights.size()) + ", " + std::to_string(state.first_moments.size()) +
                    " and " + std::to_string(state.second_moments.size()) + ". Is it of another model?");
  }
  weights_ = std::move(weights);
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
