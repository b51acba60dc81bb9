#include "encoder/modern_layer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "encoder/attention.h"

namespace attune {
namespace {

std::string name_of(std::size_t number, const char* part) {
  return "layers." + std::to_string(number) + "." + part + ".weight";
}

LinearWeights linear_weights(const Tensors& tensors, std::size_t number, const char* part, std::size_t out,
                             std::size_t in) {
  return {tensor_matrix(tensors, name_of(number, part), out, in), {}};
}

void add(ConstMatrix from, Matrix to) {
  for (std::size_t row = 0; row < to.rows; ++row)
    for (std::size_t col = 0; col < to.cols; ++col) to.row(row)[col] += from.row(row)[col];
}

}  // namespace

ModernLayer::ModernLayer(const Level& level, const TransformerConfig& config, const Tensors& tensors,
                         std::size_t number, std::shared_ptr<const RotaryPositions> positions,
                         std::size_t window, Precision precision)
    : level_(level),
      heads_(config.heads),
      window_(window),
      eps_(config.layer_norm_eps),
      activation_(config.activation),
      positions_(std::move(positions)),
      qkv_(level, linear_weights(tensors, number, "attn.Wqkv", 3 * config.hidden_size, config.hidden_size),
           precision),
      attention_output_(level,
                        linear_weights(tensors, number, "attn.Wo", config.hidden_size, config.hidden_size),
                        precision),
      up_(level, linear_weights(tensors, number, "mlp.Wi", 2 * config.intermediate_size, config.hidden_size),
          precision),
      down_(level, linear_weights(tensors, number, "mlp.Wo", config.hidden_size, config.intermediate_size),
            precision),
      feed_forward_gain_(tensor_values(tensors, name_of(number, "mlp_norm"), config.hidden_size)),
      no_bias_(config.hidden_size, 0.0f) {
  if (number > 0) attention_gain_ = tensor_values(tensors, name_of(number, "attn_norm"), config.hidden_size);
}

void ModernLayer::forward(TokenBlock& block) const {
  const auto normalised = [&](ConstMatrix values, const std::vector<float>& gain, Matrix out) {
    for (std::size_t row = 0; row < values.rows; ++row) {
      std::copy_n(values.row(row), values.cols, out.row(row));
      if (gain.empty()) continue;
      level_.layer_norm.layer_norm(out.row(row), nullptr, gain.data(), no_bias_.data(), eps_, values.cols);
    }
  };
  normalised(block.hidden, attention_gain_, block.projected);
  qkv_.apply(block.projected, block.qkv);
  for (std::size_t text = 0; text < block.texts(); ++text) {
    const std::size_t first = block.starts[text], tokens = block.starts[text + 1] - first;
    const Matrix qkv = rows_of(block.qkv, first, tokens);
    positions_->rotate(qkv);
    attend(level_, heads_, {.window = window_}, qkv, block.scores, rows_of(block.context, first, tokens));
  }
  attention_output_.apply(block.context, block.projected);
  add(block.projected, block.hidden);

  // `context` and `projected` are free for what the feed-forward part takes and gives.
  normalised(block.hidden, feed_forward_gain_, block.context);
  const std::size_t strips = (block.tokens() + TokenBlock::kStripRows - 1) / TokenBlock::kStripRows;
  for (std::size_t strip = 0; strip < strips; ++strip) {
    const std::size_t row = block.tokens() * strip / strips,
                      rows = block.tokens() * (strip + 1) / strips - row;
    const Matrix both = rows_of(block.intermediate, 0, rows);
    const std::size_t wide = both.cols / 2;
    up_.apply(rows_of(block.context, row, rows), both);
    for (std::size_t r = 0; r < rows; ++r) {
      float* const input = both.row(r);
      activate(level_, activation_, input, wide);
      for (std::size_t i = 0; i < wide; ++i) input[i] *= input[wide + i];
    }
    down_.apply(columns_of(both, 0, wide), rows_of(block.projected, row, rows));
  }
  add(block.projected, block.hidden);
}

}  // namespace attune
