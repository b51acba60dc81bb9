#include "encoder/attention.h"

#include <algorithm>
#include <cmath>

#include "linear/matmul.h"

namespace attune {
namespace {

float scale_of(std::size_t head_dim) { return 1.0f / std::sqrt(static_cast<float>(head_dim)); }

// The probabilities of one head, in `scores`; those out of reach are 0.
void weigh(const Level& level, std::size_t head, AttentionReach reach, ConstMatrix queries, ConstMatrix keys,
           Matrix scores) {
  multiply_nt(level, queries, keys, scores, Product::replace);
  if (reach.bias) reach.bias->add(head, scale_of(queries.cols), scores);
  const std::size_t tokens = scores.cols, window = reach.window == 0 ? tokens : reach.window;
  for (std::size_t row = 0; row < scores.rows; ++row) {
    const std::size_t first = row > window ? row - window : 0, end = std::min(tokens, row + window + 1);
    float* const weights = scores.row(row);
    std::fill(weights, weights + first, 0.0f);
    level.activation.softmax(weights + first, end - first, scale_of(queries.cols));
    std::fill(weights + end, weights + tokens, 0.0f);
  }
}

}  // namespace

void attend(const Level& level, std::size_t heads, AttentionReach reach, ConstMatrix qkv, Matrix scores,
            Matrix context) {
  const std::size_t tokens = qkv.rows, dim = context.cols, head_dim = dim / heads;
  const Matrix probabilities(scores.data, tokens, tokens, scores.stride);
  for (std::size_t head = 0; head < heads && tokens > 0; ++head) {
    const std::size_t at = head * head_dim;
    weigh(level, head, reach, columns_of(qkv, at, head_dim), columns_of(qkv, dim + at, head_dim),
          probabilities);
    multiply_nn(level, probabilities, columns_of(qkv, 2 * dim + at, head_dim),
                columns_of(context, at, head_dim), Product::replace);
  }
}

// With p the probabilities of a head, z the scaled products of its queries and keys, and d for "d loss / d":
//
//   d value = pᵀ · d context      d p = d context · valueᵀ      d z by the softmax
//   d query = d z · key           d key = d zᵀ · query
void attend_backward(const Level& level, std::size_t heads, const RelativeBias& bias, ConstMatrix qkv,
                     ConstMatrix context_gradients, Matrix scores, Matrix slopes, Matrix qkv_gradients,
                     float* bias_gradients) {
  const std::size_t tokens = qkv.rows, dim = context_gradients.cols, head_dim = dim / heads;
  const Matrix probabilities(scores.data, tokens, tokens, scores.stride);
  const Matrix gradients(slopes.data, tokens, tokens, slopes.stride);
  for (std::size_t head = 0; head < heads && tokens > 0; ++head) {
    const std::size_t at = head * head_dim;
    const ConstMatrix queries = columns_of(qkv, at, head_dim), keys = columns_of(qkv, dim + at, head_dim),
                      values = columns_of(qkv, 2 * dim + at, head_dim),
                      context = columns_of(context_gradients, at, head_dim);
    weigh(level, head, {.bias = &bias}, queries, keys, probabilities);
    multiply_tn(level, probabilities, context, columns_of(qkv_gradients, 2 * dim + at, head_dim),
                Product::replace);
    multiply_nt(level, context, values, gradients, Product::replace);
    for (std::size_t row = 0; row < tokens; ++row) {
      level.activation.softmax_backward(probabilities.row(row), gradients.row(row), tokens,
                                        scale_of(head_dim));
    }
    bias.add_gradients(head, scale_of(head_dim), gradients, bias_gradients);
    multiply_nn(level, gradients, keys, columns_of(qkv_gradients, at, head_dim), Product::replace);
    multiply_tn(level, gradients, queries, columns_of(qkv_gradients, dim + at, head_dim), Product::replace);
  }
}

}  // namespace attune
