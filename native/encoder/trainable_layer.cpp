#include "encoder/trainable_layer.h"

#include <algorithm>
#include <utility>

#include "encoder/attention.h"
#include "encoder/head.h"
#include "linear/matmul.h"

namespace attune {
namespace {

// Columns of a weight's gradient that one item of work takes: as wide as the right operand that a product packs at once.
constexpr std::size_t kColsPerItem = 128;

std::size_t items_of(std::size_t cols) { return (cols + kColsPerItem - 1) / kColsPerItem; }

template <class Rows>
Rows rows_of(Rows matrix, std::size_t first, std::size_t count) {
  return {matrix.row(first), count, matrix.cols, matrix.stride};
}

// to += from
void add(ConstMatrix from, Matrix to) {
  for (std::size_t row = 0; row < to.rows; ++row) {
    const float* const source = from.row(row);
    float* const target = to.row(row);
    for (std::size_t i = 0; i < to.cols; ++i) target[i] += source[i];
  }
}

std::size_t longest(std::span<const std::size_t> starts) {
  std::size_t most = 0;
  for (std::size_t text = 0; text + 1 < starts.size(); ++text)
    most = std::max(most, starts[text + 1] - starts[text]);
  return most;
}

// Rows a cache line further apart than a multiple of the line; see token_block.cpp.
Matrix scratch_matrix(AlignedBuffer<float>& memory, std::size_t rows, std::size_t cols) {
  const std::size_t stride = (cols + 15) / 16 * 16 + 16;
  return {memory.reserve(rows * stride), rows, cols, stride};
}

void activate_backward(const Level& level, Activation activation, const float* inputs, float* gradients,
                       float* outputs, std::size_t count) {
  switch (activation) {
    case Activation::gelu_tanh:
      return level.activation.gelu_tanh_backward(inputs, gradients, outputs, count);
    case Activation::relu:
      return level.activation.relu_backward(inputs, gradients, outputs, count);
    default:  // check_config lets nothing else through
      return level.activation.gelu_backward(inputs, gradients, outputs, count);
  }
}

// weight += leftᵀ · right and bias += the sum of left's rows, for some columns of the weight.
void add_product(const Level& level, ConstMatrix left, ConstMatrix right, const LayerGradients::Linear& to,
                 std::size_t item) {
  const std::size_t first = item * kColsPerItem, cols = std::min(kColsPerItem, right.cols - first);
  multiply_tn(level, left, {right.data + first, right.rows, cols, right.stride},
              {to.weight.data + first, to.weight.rows, cols, to.weight.stride}, Product::accumulate);
  if (item > 0) return;
  for (std::size_t row = 0; row < left.rows; ++row) {
    const float* const values = left.row(row);
    for (std::size_t i = 0; i < left.cols; ++i) to.bias[i] += values[i];
  }
}

}  // namespace

LayerGradients::LayerGradients(const TransformerConfig& config, float* at) {
  const std::size_t hidden = config.hidden_size, wide = config.intermediate_size;
  const auto linear = [&](std::size_t out, std::size_t in) {
    const Linear taken = {{at, out, in}, at + out * in};
    at += out * (in + 1);
    return taken;
  };
  const auto norm = [&] { return std::exchange(at, at + 2 * hidden); };
  qkv = linear(3 * hidden, hidden);
  attention_output = linear(hidden, hidden);
  attention_norm = norm();
  up = linear(wide, hidden);
  down = linear(hidden, wide);
  output_norm = norm();
}

TrainableLayer::Linear::Linear(const Level& level, std::size_t out, std::size_t in, const float* weight,
                               const float* bias)
    : forward(level, out, in), backward(level, in, out), weight(weight), bias(bias) {}

void TrainableLayer::Linear::pack(std::size_t item) {
  const std::size_t in = forward.cols();
  if (item < forward.panels()) {
    forward.replace(item, {weight, in, 1});
  } else {
    backward.replace(item - forward.panels(), {weight, 1, in});
  }
}

TrainableLayer::TrainableLayer(const Level& level, const TransformerConfig& config,
                               const LayerWeights& weights)
    : level_(level),
      config_(config),
      qkv_(level, 3 * config.hidden_size, config.hidden_size, weights.query.weight.data,
           weights.query.bias.data()),
      attention_output_(level, config.hidden_size, config.hidden_size, weights.attention_output.weight.data,
                        weights.attention_output.bias.data()),
      up_(level, config.intermediate_size, config.hidden_size, weights.up.weight.data,
          weights.up.bias.data()),
      down_(level, config.hidden_size, config.intermediate_size, weights.down.weight.data,
            weights.down.bias.data()),
      attention_norm_(weights.attention_norm),
      output_norm_(weights.output_norm) {}

std::size_t TrainableLayer::pack_items() const {
  return qkv_.items() + attention_output_.items() + up_.items() + down_.items();
}

void TrainableLayer::pack(std::size_t item) {
  for (Linear* const linear : {&qkv_, &attention_output_, &up_, &down_}) {
    if (item < linear->items()) return linear->pack(item);
    item -= linear->items();
  }
}

void TrainableLayer::norm_forward(Matrix sum, ConstMatrix residual, const NormWeights& norm,
                                  Matrix out) const {
  add(residual, sum);
  for (std::size_t row = 0; row < sum.rows; ++row) {
    std::copy_n(sum.row(row), sum.cols, out.row(row));
    level_.layer_norm.layer_norm(out.row(row), nullptr, norm.gain.data(), norm.bias.data(),
                                 config_.layer_norm_eps, sum.cols);
  }
}

void TrainableLayer::norm_backward(ConstMatrix sum, const NormWeights& norm, Matrix gradient,
                                   float* norm_gradients) const {
  for (std::size_t row = 0; row < sum.rows; ++row) {
    level_.layer_norm.layer_norm_backward(sum.row(row), norm.gain.data(), config_.layer_norm_eps, sum.cols,
                                          gradient.row(row), norm_gradients, norm_gradients + sum.cols);
  }
}

void TrainableLayer::forward(std::span<const std::size_t> starts, ConstMatrix input,
                             const LayerActivations& kept) const {
  thread_local AlignedBuffer<float> score_memory, activated_memory;
  const Matrix scores = scratch_matrix(score_memory, longest(starts), longest(starts));
  multiply_packed(input, qkv_.forward, qkv_.bias, kept.qkv);
  for (std::size_t text = 0; text + 1 < starts.size(); ++text) {
    const std::size_t first = starts[text], tokens = starts[text + 1] - first;
    attend(level_, config_.heads, rows_of(kept.qkv, first, tokens), scores,
           rows_of(kept.context, first, tokens));
  }
  multiply_packed(kept.context, attention_output_.forward, attention_output_.bias, kept.attention_sum);
  norm_forward(kept.attention_sum, input, attention_norm_, kept.attention);

  multiply_packed(kept.attention, up_.forward, up_.bias, kept.intermediate);
  const Matrix activated = scratch_matrix(activated_memory, input.rows, config_.intermediate_size);
  for (std::size_t row = 0; row < input.rows; ++row) {
    std::copy_n(kept.intermediate.row(row), activated.cols, activated.row(row));
    activate(level_, config_.activation, activated.row(row), activated.cols);
  }
  multiply_packed(activated, down_.forward, down_.bias, kept.output_sum);
  norm_forward(kept.output_sum, kept.attention, output_norm_, kept.output);
}

void TrainableLayer::backward(std::span<const std::size_t> starts, const LayerActivations& kept,
                              const LayerBackflow& back, Matrix gradient, float* norm_gradients) const {
  thread_local AlignedBuffer<float> score_memory, slope_memory, context_memory;
  const std::size_t tokens = gradient.rows, hidden = config_.hidden_size;
  const Matrix scores = scratch_matrix(score_memory, longest(starts), longest(starts)),
               slopes = scratch_matrix(slope_memory, longest(starts), longest(starts)),
               context = scratch_matrix(context_memory, tokens, hidden);

  norm_backward(kept.output_sum, output_norm_, gradient, norm_gradients + 2 * hidden);
  for (std::size_t row = 0; row < tokens; ++row)
    std::copy_n(gradient.row(row), hidden, back.output_sum.row(row));
  multiply_packed(gradient, down_.backward, nullptr, back.intermediate);
  for (std::size_t row = 0; row < tokens; ++row) {
    activate_backward(level_, config_.activation, kept.intermediate.row(row), back.intermediate.row(row),
                      back.activated.row(row), config_.intermediate_size);
  }
  multiply_packed(back.intermediate, up_.backward, nullptr, back.attention_sum);
  add(gradient, back.attention_sum);  // the feed-forward part is added to what goes into it

  norm_backward(kept.attention_sum, attention_norm_, back.attention_sum, norm_gradients);
  multiply_packed(back.attention_sum, attention_output_.backward, nullptr, context);
  for (std::size_t text = 0; text + 1 < starts.size(); ++text) {
    const std::size_t first = starts[text], count = starts[text + 1] - first;
    attend_backward(level_, config_.heads, rows_of(kept.qkv, first, count), rows_of(context, first, count),
                    scores, slopes, rows_of(back.qkv, first, count));
  }
  multiply_packed(back.qkv, qkv_.backward, nullptr, gradient);
  add(back.attention_sum, gradient);
}

std::size_t TrainableLayer::weight_items() const {
  return 3 * items_of(config_.hidden_size) + items_of(config_.intermediate_size);
}

void TrainableLayer::add_weight_gradients(std::size_t item, ConstMatrix input, const LayerActivations& kept,
                                          const LayerBackflow& back, const LayerGradients& gradients) const {
  const struct {
    ConstMatrix left, right;
    const LayerGradients::Linear& to;
  } products[] = {
      {back.output_sum, back.activated, gradients.down},
      {back.intermediate, kept.attention, gradients.up},
      {back.qkv, input, gradients.qkv},
      {back.attention_sum, kept.context, gradients.attention_output},
  };
  for (const auto& product : products) {
    const std::size_t items = items_of(product.right.cols);
    if (item < items) return add_product(level_, product.left, product.right, product.to, item);
    item -= items;
  }
}

}  // namespace attune
