#include "encoder/trainable_layer.h"

#include <algorithm>
#include <utility>

#include "encoder/attention.h"
#include "encoder/head.h"
#include "linear/column_sums.h"
#include "linear/matmul.h"
#include "linear/matmul_bf16.h"
#include "runtime/thread_pool.h"

namespace attune {
namespace {

// The part of a weight's gradient that one item of work takes. Each number of the operands is turned, rounded and packed once an
// item, and used as often as the part is wide or high; many threads want more items. No number depends on it.
constexpr std::size_t kColsPerItem = 384;
constexpr std::size_t kFewThreads = 4;

std::size_t rows_per_item() { return thread_count() <= kFewThreads ? 384 : 192; }

std::size_t parts_of(std::size_t count, std::size_t per_part) { return (count + per_part - 1) / per_part; }

std::size_t items_of(std::size_t rows, std::size_t cols) {
  return parts_of(rows, rows_per_item()) * parts_of(cols, kColsPerItem);
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

Matrix scratch_matrix(AlignedBuffer<float>& memory, std::size_t rows, std::size_t cols) {
  return {memory.reserve(rows * padded_stride(cols)), rows, cols, padded_stride(cols)};
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

// weight = or += leftᵀ · right and bias += the sum of left's rows, for one part of the weight.
void add_product(const Level& level, Precision precision, ConstMatrix left, ConstMatrix right,
                 const LayerGradients::Linear& to, std::size_t item, Product product) {
  const std::size_t across = parts_of(right.cols, kColsPerItem);
  const std::size_t row = item / across * rows_per_item(), rows = std::min(rows_per_item(), left.cols - row);
  const std::size_t col = item % across * kColsPerItem, cols = std::min(kColsPerItem, right.cols - col);
  const ConstMatrix of_rows = columns_of(left, row, rows), of_cols = columns_of(right, col, cols);
  const Matrix part(to.weight.row(row) + col, rows, cols, to.weight.stride);
  float* const bias = col == 0 ? to.bias + row : nullptr;
  if (precision == Precision::bf16) return multiply_tn_bf16(level, of_rows, of_cols, part, product, bias);
  multiply_tn(level, of_rows, of_cols, part, product);
  if (bias != nullptr) add_column_sums(of_rows, bias);
}

// Places among a layer's linears.
enum { kQkv, kAttentionOutput, kUp, kDown };

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

void LayerGradients::clear_biases_and_norms() const {
  for (const Linear& linear : {qkv, attention_output, up, down})
    std::fill_n(linear.bias, linear.weight.rows, 0.0f);
  for (float* const norm : {attention_norm, output_norm})
    std::fill_n(norm, 2 * attention_output.weight.rows, 0.0f);
}

TrainableLayer::Linear::Linear(const Level& level, ConstMatrix weight, const float* bias, Precision precision)
    : forward(level, precision, weight.rows, weight.cols),
      backward(level, precision, weight.cols, weight.rows),
      weight(weight),
      bias(bias) {}

TrainableLayer::TrainableLayer(const Level& level, const TransformerConfig& config,
                               const LayerWeights& weights, Precision precision)
    : level_(level),
      config_(config),
      precision_(precision),
      linears_{
          Linear(level, {weights.query.weight.data, 3 * config.hidden_size, config.hidden_size},
                 weights.query.bias.data(), precision),
          Linear(level, weights.attention_output.weight, weights.attention_output.bias.data(), precision),
          Linear(level, weights.up.weight, weights.up.bias.data(), precision),
          Linear(level, weights.down.weight, weights.down.bias.data(), precision),
      },
      attention_norm_(weights.attention_norm),
      output_norm_(weights.output_norm) {}

void TrainableLayer::pack(std::size_t item) {
  Linear& linear = linears_[item / 2];
  if (item % 2 == 0) {
    linear.forward.replace(linear.weight, false);
  } else {
    linear.backward.replace(linear.weight, true);
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

void TrainableLayer::forward(std::span<const std::size_t> starts, const RelativeBias& bias, ConstMatrix input,
                             const LayerActivations& kept) const {
  thread_local AlignedBuffer<float> score_memory, activated_memory;
  const Matrix scores = scratch_matrix(score_memory, longest(starts), longest(starts));
  linears_[kQkv].forward.multiply(input, linears_[kQkv].bias, kept.qkv);
  for (std::size_t text = 0; text + 1 < starts.size(); ++text) {
    const std::size_t first = starts[text], tokens = starts[text + 1] - first;
    attend(level_, config_.heads, {.bias = &bias}, rows_of(kept.qkv, first, tokens), scores,
           rows_of(kept.context, first, tokens));
  }
  linears_[kAttentionOutput].forward.multiply(kept.context, linears_[kAttentionOutput].bias,
                                              kept.attention_sum);
  norm_forward(kept.attention_sum, input, attention_norm_, kept.attention);

  linears_[kUp].forward.multiply(kept.attention, linears_[kUp].bias, kept.intermediate);
  const Matrix activated = scratch_matrix(activated_memory, input.rows, config_.intermediate_size);
  for (std::size_t row = 0; row < input.rows; ++row) {
    std::copy_n(kept.intermediate.row(row), activated.cols, activated.row(row));
    activate(level_, config_.activation, activated.row(row), activated.cols);
  }
  linears_[kDown].forward.multiply(activated, linears_[kDown].bias, kept.output_sum);
  norm_forward(kept.output_sum, kept.attention, output_norm_, kept.output);
}

void TrainableLayer::backward(std::span<const std::size_t> starts, const RelativeBias& bias,
                              const LayerActivations& kept, const LayerBackflow& back, Matrix gradient,
                              const BlockSums& sums) const {
  thread_local AlignedBuffer<float> score_memory, slope_memory, context_memory;
  const std::size_t tokens = gradient.rows, hidden = config_.hidden_size;
  const Matrix scores = scratch_matrix(score_memory, longest(starts), longest(starts)),
               slopes = scratch_matrix(slope_memory, longest(starts), longest(starts)),
               context = scratch_matrix(context_memory, tokens, hidden);

  norm_backward(kept.output_sum, output_norm_, gradient, sums.output_norm);
  for (std::size_t row = 0; row < tokens; ++row)
    std::copy_n(gradient.row(row), hidden, back.output_sum.row(row));
  linears_[kDown].backward.multiply(gradient, nullptr, back.intermediate);
  for (std::size_t row = 0; row < tokens; ++row) {
    activate_backward(level_, config_.activation, kept.intermediate.row(row), back.intermediate.row(row),
                      back.activated.row(row), config_.intermediate_size);
  }
  linears_[kUp].backward.multiply(back.intermediate, nullptr, back.attention_sum);
  add(gradient, back.attention_sum);  // the feed-forward part is added to what goes into it

  norm_backward(kept.attention_sum, attention_norm_, back.attention_sum, sums.attention_norm);
  linears_[kAttentionOutput].backward.multiply(back.attention_sum, nullptr, context);
  for (std::size_t text = 0; text + 1 < starts.size(); ++text) {
    const std::size_t first = starts[text], count = starts[text + 1] - first;
    attend_backward(level_, config_.heads, bias, rows_of(kept.qkv, first, count),
                    rows_of(context, first, count), scores, slopes, rows_of(back.qkv, first, count),
                    sums.bias);
  }
  linears_[kQkv].backward.multiply(back.qkv, nullptr, gradient);
  add(back.attention_sum, gradient);
}

std::size_t TrainableLayer::weight_items() const {
  std::size_t items = 0;
  for (const Linear& linear : linears_) items += items_of(linear.weight.rows, linear.weight.cols);
  return items;
}

void TrainableLayer::add_weight_gradients(std::size_t item, ConstMatrix input, const LayerActivations& kept,
                                          const LayerBackflow& back, const LayerGradients& gradients,
                                          Product product) const {
  const struct {
    ConstMatrix left, right;
    const LayerGradients::Linear& to;
  } products[] = {
      {back.output_sum, back.activated, gradients.down},
      {back.intermediate, kept.attention, gradients.up},
      {back.qkv, input, gradients.qkv},
      {back.attention_sum, kept.context, gradients.attention_output},
  };
  for (const auto& [left, right, to] : products) {
    const std::size_t items = items_of(left.cols, right.cols);
    if (item < items) return add_product(level_, precision_, left, right, to, item, product);
    item -= items;
  }
}

}  // namespace attune
