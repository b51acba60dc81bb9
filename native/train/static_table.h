// A static encoder under training: a vector per token.
// A text is the mean of its tokens' vectors, at unit length.
#pragma once
#include <vector>

#include "train/lazy_adamw.h"
#include "train/trainable_encoder.h"

namespace attune {

// Token ids of texts, one after the other: text t has ids[offsets[t] .. offsets[t + 1]).
struct TokenizedTexts {
  std::vector<std::int32_t> ids;
  std::vector<std::uint32_t> offsets;

  std::size_t count() const { return offsets.empty() ? 0 : offsets.size() - 1; }
  std::span<const std::int32_t> of(std::size_t text) const {
    return std::span(ids).subspan(offsets[text], offsets[text + 1] - offsets[text]);
  }
};

class StaticTable final : public TrainableEncoder {
 public:
  // table: [vocabulary, dim]. Throws Error SHAPE_MISMATCH when the texts' offsets or ids do not fit.
  StaticTable(const Level& level, std::vector<float> table, std::size_t dim, TokenizedTexts texts,
              const AdamOptions& options);

  std::size_t dim() const override { return rows_.dim(); }
  std::size_t text_count() const override { return texts_.count(); }
  void encode(std::span<const std::uint32_t> texts, Matrix unit) override;
  void learn(ConstMatrix unit, Matrix gradients, float learning_rate) override;

  LazyAdamW& parameters() { return rows_; }

 private:
  void group_by_token(std::span<const std::uint32_t> texts);

  LazyAdamW rows_;
  const TokenizedTexts texts_;
  // Of the last encode:
  std::vector<std::uint32_t> batch_texts_;
  std::vector<float> scales_;                // [texts]: 1 / (tokens * length of the mean), 0 for nothing
  std::vector<std::uint32_t> tokens_;        // each distinct token once, in the order of first use
  std::vector<std::uint32_t> token_begins_;  // [tokens + 1], into occurrences_
  std::vector<std::uint32_t> occurrences_;   // positions in the batch, ascending for each token
  std::vector<std::uint32_t> token_places_;  // [vocabulary]: place in tokens_, or kAbsent
};

}  // namespace attune
