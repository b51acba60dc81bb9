#include "encoder/token_block.h"

#include <algorithm>

namespace attune {
namespace {

// Rows begin a cache line further than a multiple of the line, so that the rows of a tile, which the products
// read side by side, do not fall onto the same sets of the first-level cache.
std::size_t stride_of(std::size_t cols) { return (cols + 15) / 16 * 16 + 16; }

}  // namespace

void TokenBlock::begin(const TransformerConfig& config, const std::vector<std::size_t>& lengths) {
  starts.assign(1, 0);
  std::size_t longest = 0;
  for (const std::size_t length : lengths) {
    starts.push_back(starts.back() + length);
    longest = std::max(longest, length);
  }
  struct Part {
    Matrix* matrix;
    std::size_t rows, cols;
  };
  const Part parts[] = {
      {&hidden, tokens(), config.hidden_size},
      {&qkv, tokens(), 3 * config.hidden_size},
      {&context, tokens(), config.hidden_size},
      {&projected, tokens(), config.hidden_size},
      {&intermediate, std::min(tokens(), kStripRows), config.intermediate_size},
      {&scores, longest, longest},
  };
  std::size_t total = 0;
  for (const Part& part : parts) total += part.rows * stride_of(part.cols);
  float* next = memory_.reserve(total);
  for (const Part& part : parts) {
    *part.matrix = Matrix(next, part.rows, part.cols, stride_of(part.cols));
    next += part.rows * stride_of(part.cols);
  }
}

}  // namespace attune
