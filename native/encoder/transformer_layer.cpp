#include "encoder/transformer_layer.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "linear/matmul.h"

namespace attune {
namespace {

std::string layer_prefix(std::size_t number) { return "encoder.layer." + std::to_string(number) + "."; }

// The three projections as one product, whose output holds query, key and value of a token side by side.
PackedMatrix pack_qkv(const Level& level, const Tensors& tensors, const std::string& prefix,
                      std::size_t dim) {
  const ConstMatrix parts[] = {
      tensor_matrix(tensors, prefix + "attention.self.query.weight", dim, dim),
      tensor_matrix(tensors, prefix + "attention.self.key.weight", dim, dim),
      tensor_matrix(tensors, prefix + "attention.self.value.weight", dim, dim),
  };
  return {level, parts};
}

std::vector<float> join_qkv_bias(const Tensors& tensors, const std::string& prefix, std::size_t dim) {
  std::vector<float> joined;
  for (const char* part : {"query", "key", "value"}) {
    const std::vector<float> bias = tensor_values(tensors, prefix + "attention.self." + part + ".bias", dim);
    joined.insert(joined.end(), bias.begin(), bias.end());
  }
  return joined;
}

Matrix rows_of(Matrix matrix, std::size_t first, std::size_t count) {
  return {matrix.row(first), count, matrix.cols, matrix.stride};
}

}  // namespace

TransformerLayer::TransformerLayer(const Level& level, const TransformerConfig& config,
                                   const Tensors& tensors, std::size_t number)
    : level_(level),
      heads_(config.heads),
      eps_(config.layer_norm_eps),
      activation_(config.activation),
      qkv_{pack_qkv(level, tensors, layer_prefix(number), config.hidden_size),
           join_qkv_bias(tensors, layer_prefix(number), config.hidden_size)},
      attention_output_{
          PackedMatrix(level, tensor_matrix(tensors, layer_prefix(number) + "attention.output.dense.weight",
                                            config.hidden_size, config.hidden_size)),
          tensor_values(tensors, layer_prefix(number) + "attention.output.dense.bias", config.hidden_size)},
      up_{PackedMatrix(level, tensor_matrix(tensors, layer_prefix(number) + "intermediate.dense.weight",
                                            config.intermediate_size, config.hidden_size)),
          tensor_values(tensors, layer_prefix(number) + "intermediate.dense.bias", config.intermediate_size)},
      down_{PackedMatrix(level, tensor_matrix(tensors, layer_prefix(number) + "output.dense.weight",
                                              config.hidden_size, config.intermediate_size)),
            tensor_values(tensors, layer_prefix(number) + "output.dense.bias", config.hidden_size)},
      attention_norm_{tensor_values(tensors, layer_prefix(number) + "attention.output.LayerNorm.weight",
                                    config.hidden_size),
                      tensor_values(tensors, layer_prefix(number) + "attention.output.LayerNorm.bias",
                                    config.hidden_size)},
      output_norm_{
          tensor_values(tensors, layer_prefix(number) + "output.LayerNorm.weight", config.hidden_size),
          tensor_values(tensors, layer_prefix(number) + "output.LayerNorm.bias", config.hidden_size)} {}

void TransformerLayer::forward(TokenBlock& block) const {
  multiply_packed(block.hidden, qkv_.weight, qkv_.bias.data(), block.qkv);
  attend(block);
  multiply_packed(block.context, attention_output_.weight, attention_output_.bias.data(), block.projected);
  add_and_normalize(block.projected, block.hidden, attention_norm_);

  // `projected` is now what the feed-forward part takes, and `hidden` is free for what it gives.
  const std::size_t strips = (block.tokens() + TokenBlock::kStripRows - 1) / TokenBlock::kStripRows;
  for (std::size_t strip = 0; strip < strips; ++strip) {
    const std::size_t row = block.tokens() * strip / strips,
                      rows = block.tokens() * (strip + 1) / strips - row;
    const Matrix intermediate = rows_of(block.intermediate, 0, rows);
    multiply_packed(rows_of(block.projected, row, rows), up_.weight, up_.bias.data(), intermediate);
    for (std::size_t r = 0; r < rows; ++r)
      activate(level_, activation_, intermediate.row(r), intermediate.cols);
    multiply_packed(intermediate, down_.weight, down_.bias.data(), rows_of(block.hidden, row, rows));
  }
  add_and_normalize(block.hidden, block.projected, output_norm_);
}

//   context = softmax(query · keyᵀ / sqrt(head_dim)) · value
void TransformerLayer::attend(TokenBlock& block) const {
  const std::size_t dim = block.hidden.cols, head_dim = dim / heads_;
  const float scale = 1.0f / std::sqrt(static_cast<float>(head_dim));
  for (std::size_t text = 0; text < block.texts(); ++text) {
    const std::size_t first = block.starts[text], tokens = block.starts[text + 1] - first;
    if (tokens == 0) continue;
    const Matrix scores(block.scores.data, tokens, tokens, block.scores.stride);
    for (std::size_t head = 0; head < heads_; ++head) {
      const float* const query = block.qkv.row(first) + head * head_dim;
      const std::size_t stride = block.qkv.stride;
      const ConstMatrix queries(query, tokens, head_dim, stride);
      const ConstMatrix keys(query + dim, tokens, head_dim, stride);
      const ConstMatrix values(query + 2 * dim, tokens, head_dim, stride);
      multiply_nt(level_, queries, keys, scores, Product::replace);
      for (std::size_t row = 0; row < tokens; ++row)
        level_.activation.softmax(scores.row(row), tokens, scale);
      const Matrix context(block.context.row(first) + head * head_dim, tokens, head_dim,
                           block.context.stride);
      multiply_nn(level_, scores, values, context, Product::replace);
    }
  }
}

void TransformerLayer::add_and_normalize(Matrix values, ConstMatrix residual, const Norm& norm) const {
  for (std::size_t row = 0; row < values.rows; ++row) {
    level_.layer_norm.layer_norm(values.row(row), residual.row(row), norm.gain.data(), norm.bias.data(), eps_,
                                 values.cols);
  }
}

}  // namespace attune
