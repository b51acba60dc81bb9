// Some texts on their way through a transformer: their tokens stand one after the other, without padding.
#pragma once
#include <cstdint>
#include <vector>

#include "attune/matrix.h"
#include "encoder/transformer_config.h"
#include "runtime/aligned_buffer.h"

namespace attune {

// Room for one block's activations. A thread keeps its own,
// and it grows to the greatest block that it has seen.
class TokenBlock {
 public:
  // Texts of these lengths, in tokens.
  void begin(const TransformerConfig& config, const std::vector<std::size_t>& lengths);

  std::size_t tokens() const noexcept { return starts.back(); }
  std::size_t texts() const noexcept { return starts.size() - 1; }

  std::vector<std::size_t> starts;  // texts + 1 entries: text t is rows starts[t] .. starts[t + 1)

  // [tokens, ...] each. `hidden` is what goes into a layer and what comes out of it.
  Matrix hidden, qkv, context, projected;
  Matrix
      intermediate;  // [at most kStripRows, intermediate_size], with as many gates behind where the model has them
  Matrix scores;  // [longest text, longest text]

  // The feed-forward part of a long text goes over its rows in strips of this many at most, so that its wide
  // activations stay in the second-level cache.
  static constexpr std::size_t kStripRows = 140;

 private:
  AlignedBuffer<float> memory_;
};

}  // namespace attune
