// A static encoder: every token has its own vector, and a text is the mean of its tokens' vectors.
#pragma once
#include "encoder/encoder.h"
#include "encoder/head.h"

namespace attune {

class StaticEncoder final : public Encoder {
 public:
  // table: [vocabulary, dim]. Throws Error BUNDLE_INVALID when it does not hold whole rows.
  StaticEncoder(const Level& level, std::vector<float> table, std::size_t dim,
                const std::vector<DenseLayer>& dense, bool normalize);

  std::size_t dim() const noexcept override { return head_.dim(); }

  // The mean of no tokens is the zero vector; it passes the head as any other.
  std::vector<float> encode(const Texts& texts, Progress& progress) const override;

 private:
  std::vector<float> table_;
  std::size_t table_dim_;
  Head head_;
};

}  // namespace attune
