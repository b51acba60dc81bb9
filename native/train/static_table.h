// A static encoder under training: a vector per token.
// A text is the mean of its tokens' vectors, at unit length.
#pragma once
#include <vector>

#include "train/lazy_adamw.h"
#include "train/token_groups.h"
#include "train/trainable_encoder.h"

namespace attune {

class StaticTable final : public TrainableEncoder {
 public:
  // table: [vocabulary, dim]. Throws Error SHAPE_MISMATCH when the texts' offsets or ids do not fit.
  StaticTable(const Level& level, std::vector<float> table, std::size_t dim, TokenizedTexts texts,
              const AdamOptions& options);

  std::size_t dim() const override { return rows_.dim(); }
  std::size_t text_count() const override { return texts_.count(); }
  void encode(std::span<const std::uint32_t> texts, Matrix unit) override;
  void learn(ConstMatrix unit, Matrix gradients, float learning_rate) override;

  std::vector<Parameter> parameters() const override { return {{"table", {rows_.rows(), rows_.dim()}, 0}}; }
  TrainingState state() override { return rows_.state(); }
  void restore(TrainingState state) override { rows_.restore(std::move(state)); }

 private:
  LazyAdamW rows_;
  const TokenizedTexts texts_;
  // Of the last encode:
  std::vector<std::uint32_t> batch_texts_;
  std::vector<float> scales_;  // [texts]: 1 / (tokens * length of the mean), 0 for nothing
  TokenGroups groups_;
};

}  // namespace attune
