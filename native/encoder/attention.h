// Attention within one text (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, section 3.2), and the way
// back through it.
#pragma once
#include "attune/matrix.h"
#include "encoder/relative_bias.h"
#include "runtime/levels.h"

namespace attune {

// What a token attends to, and what is added for the distance.
struct AttentionReach {
  const RelativeBias* bias = nullptr;
  std::size_t window = 0;  // tokens to each side; 0 for all of the text
};

//   context = softmax(query · keyᵀ / sqrt(head_dim) + bias) · value,   head by head, over the keys in reach
//
// qkv: [tokens, 3 * dim], a token's query, key and value side by side, each with its heads one after the other.
// context: [tokens, dim]. scores: room for [tokens, tokens].
void attend(const Level& level, std::size_t heads, AttentionReach reach, ConstMatrix qkv, Matrix scores,
            Matrix context);

// qkv_gradients: [tokens, 3 * dim], written whole. bias_gradients: added to, as RelativeBias does. scores and slopes: room for
// [tokens, tokens] each.
void attend_backward(const Level& level, std::size_t heads, const RelativeBias& bias, ConstMatrix qkv,
                     ConstMatrix context_gradients, Matrix scores, Matrix slopes, Matrix qkv_gradients,
                     float* bias_gradients);

}  // namespace attune
