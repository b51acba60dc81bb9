// A linear map under training, over the cached vectors of a frozen encoder.
#pragma once
#include <vector>

#include "train/lazy_adamw.h"
#include "train/trainable_encoder.h"

namespace attune {

//   y = W x / |W x|
//
// one W for queries and documents. What is learned is W - I, from zero: so training begins at the frozen
// encoder, and weight decay pulls towards it. With fewer outputs than inputs, I keeps the first ones.
class AdapterMap final : public TrainableEncoder {
 public:
  // vectors: [texts, dim_in]. dim_out <= dim_in. Throws Error DIMENSION_MISMATCH.
  AdapterMap(const Level& level, std::vector<float> vectors, std::size_t dim_in, std::size_t dim_out,
             const AdamOptions& options);

  std::size_t dim() const override { return rows_.rows(); }
  std::size_t text_count() const override { return vectors_.size() / dim_in_; }
  void encode(std::span<const std::uint32_t> texts, Matrix unit) override;
  void learn(ConstMatrix unit, Matrix gradients, float learning_rate) override;

  // The weights are W - I.
  std::vector<Parameter> parameters() const override { return {{"map", {dim(), dim_in_}, 0}}; }
  TrainingState state() override { return rows_.state(); }
  void restore(TrainingState state) override { rows_.restore(std::move(state)); }

 private:
  const Level& level_;
  const std::size_t dim_in_;
  const std::vector<float> vectors_;
  LazyAdamW rows_;
  // Of the last encode:
  std::vector<float> inputs_;         // [texts, dim_in]
  std::vector<float> scales_;         // [texts]: 1 / |W x|, 0 for a zero vector
  std::vector<float> map_gradients_;  // [dim_out, dim_in]
};

}  // namespace attune
