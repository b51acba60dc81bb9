#include "encoder/token_block.h"

#include <algorithm>

namespace attune {
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
      {&intermediate, std::min(tokens(), kStripRows), (config.rotary ? 2 : 1) * config.intermediate_size},
      {&scores, longest, longest},
  };
  std::size_t total = 0;
  for (const Part& part : parts) total += part.rows * padded_stride(part.cols);
  float* next = memory_.reserve(total);
  for (const Part& part : parts) {
    *part.matrix = Matrix(next, part.rows, part.cols, padded_stride(part.cols));
    next += part.rows * padded_stride(part.cols);
  }
}

}  // namespace attune
