// AdamW over rows of which a step touches few, exact to the bit.
#pragma once
#include <cstdint>
#include <vector>

#include "runtime/levels.h"
#include "train/adam_options.h"
#include "train/parameter.h"

namespace attune {

// Under Adam a row moves even when its gradient is zero, because its moments decay. Those steps are not lost
// here, but made up for just before the row is read: the same operations in the same order as if every row
// had been updated at every step, with memory traffic for touched rows alone. (Adam works element by element,
// so rows can wait.)
class LazyAdamW {
 public:
  LazyAdamW(const Level& level, std::vector<float> weights, std::size_t dim, const AdamOptions& options);

  std::size_t dim() const { return dim_; }
  std::size_t rows() const { return last_step_.size(); }
  std::uint64_t step() const { return first_step_ + steps_.size(); }

  // Replays what the row has missed. Different rows may be brought up by different threads.
  void bring_up(std::size_t row);
  const float* row(std::size_t row) const { return weights_.data() + row * dim_; }  // as of its last bring_up

  // Takes a step along gradients * gradient_scale: begin, then update some rows that are up to date (each once,
  // from any thread), then end.
  void begin_step(float learning_rate, float gradient_scale = 1);
  void update(std::size_t row, const float* gradient);
  void end_step() { pending_ = false; }

  // Brings every row up. What follows has the same bits as without it.
  void flush();
  const std::vector<float>& weights() const { return weights_; }  // whole after a flush
  TrainingState state();                                          // flushes
  // Continues from a state; the anchors stay those of the constructor. Throws Error SHAPE_MISMATCH.
  void restore(TrainingState state);

 private:
  std::uint64_t current() const { return step() - (pending_ ? 1 : 0); }

  const Level& level_;
  const std::size_t dim_;
  const AdamOptions options_;
  const std::vector<float> anchors_;                             // [rows, dim]: the weights at the beginning
  std::vector<float> weights_, first_moments_, second_moments_;  // [rows, dim]
  std::vector<std::uint64_t> last_step_;  // [rows]: the step each row is up to date with
  std::vector<std::uint8_t> moved_;       // [rows]: whether it ever had a gradient
  std::uint64_t first_step_ = 0;          // the step before steps_[0]
  std::vector<kernels::AdamStep> steps_;
  bool pending_ = false;
};

}  // namespace attune
