#include "encoder/transformer_layer.h"

#include <array>
#include <utility>

#include "encoder/attention.h"

namespace attune {
TransformerLayer::TransformerLayer(const Level& level, const TransformerConfig& config,
                                   const LayerWeights& weights, std::shared_ptr<const RelativeBias> bias,
                                   Precision precision)
    : level_(level),
      heads_(config.heads),
      eps_(config.layer_norm_eps),
      activation_(config.activation),
      bias_(std::move(bias)),
      qkv_(level, std::array{weights.query, weights.key, weights.value}, precision),
      attention_output_(level, weights.attention_output, precision),
      up_(level, weights.up, precision),
      down_(level, weights.down, precision),
      attention_norm_(weights.attention_norm),
      output_norm_(weights.output_norm) {}

void TransformerLayer::forward(TokenBlock& block) const {
  qkv_.apply(block.hidden, block.qkv);
  for (std::size_t text = 0; text < block.texts(); ++text) {
    const std::size_t first = block.starts[text], tokens = block.starts[text + 1] - first;
    attend(level_, heads_, {.bias = bias_.get()}, rows_of(block.qkv, first, tokens), block.scores,
           rows_of(block.context, first, tokens));
  }
  attention_output_.apply(block.context, block.projected);
  add_and_normalize(block.projected, block.hidden, attention_norm_);

  // `projected` is now what the feed-forward part takes, and `hidden` is free for what it gives.
  const std::size_t strips = (block.tokens() + TokenBlock::kStripRows - 1) / TokenBlock::kStripRows;
  for (std::size_t strip = 0; strip < strips; ++strip) {
    const std::size_t row = block.tokens() * strip / strips,
                      rows = block.tokens() * (strip + 1) / strips - row;
    const Matrix intermediate = rows_of(block.intermediate, 0, rows);
    up_.apply(rows_of(block.projected, row, rows), intermediate);
    for (std::size_t r = 0; r < rows; ++r)
      activate(level_, activation_, intermediate.row(r), intermediate.cols);
    down_.apply(intermediate, rows_of(block.hidden, row, rows));
  }
  add_and_normalize(block.hidden, block.projected, output_norm_);
}

void TransformerLayer::add_and_normalize(Matrix values, ConstMatrix residual, const Norm& norm) const {
  for (std::size_t row = 0; row < values.rows; ++row) {
    level_.layer_norm.layer_norm(values.row(row), residual.row(row), norm.gain.data(), norm.bias.data(), eps_,
                                 values.cols);
  }
}

}  // namespace attune
