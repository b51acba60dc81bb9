// One layer of a BERT encoder under training: forward with everything kept, and the way back.
// The formulas forward are those of TransformerLayer, and give the same bits.
#pragma once
#include <array>
#include <span>

#include "encoder/layer_weights.h"
#include "encoder/relative_bias.h"
#include "linear/matmul.h"
#include "linear/packed_weight.h"

namespace attune {

// What the way back needs of the way forward. Views, [tokens, ...] each.
struct LayerActivations {
  Matrix qkv;            // [tokens, 3 * hidden]
  Matrix context;        // what attention gives
  Matrix attention_sum;  // its output with the layer's input added, before normalisation
  Matrix attention;      // after it
  Matrix intermediate;   // [tokens, intermediate], before the activation
  Matrix output_sum, output;
};

// d loss / d ..., of one layer by token, and the activated intermediate again, which was not kept.
struct LayerBackflow {
  Matrix output_sum;    // [tokens, hidden]
  Matrix intermediate;  // [tokens, intermediate]
  Matrix activated;     // [tokens, intermediate]
  Matrix attention_sum;
  Matrix qkv;  // [tokens, 3 * hidden]
};

// Gradients that every token adds to, of one block of texts.
struct BlockSums {
  float* attention_norm;  // gain, then bias: [2 * hidden]
  float* output_norm;
  float* bias;  // of RelativeBias: [buckets, heads]
};

// d loss / d weights of one layer, in the order of layer_tensors. `at` points at the first of them.
class LayerGradients {
 public:
  LayerGradients(const TransformerConfig& config, float* at);

  struct Linear {
    Matrix weight;
    float* bias;
  };
  Linear qkv, attention_output, up, down;
  float* attention_norm;  // gain, then bias: [2 * hidden]
  float* output_norm;

  void clear_biases_and_norms() const;  // which are only ever added to
};

class TrainableLayer {
 public:
  // weights: views that stay valid; those of query, key and value lie side by side, as layer_tensors has them.
  // precision: of the products, f32 or bf16; everything else is in float32.
  TrainableLayer(const Level& level, const TransformerConfig& config, const LayerWeights& weights,
                 Precision precision);

  // The products read packed copies: after the weights have changed every item < pack_items() is to be packed,
  // by any thread.
  std::size_t pack_items() const { return 2 * linears_.size(); }
  void pack(std::size_t item);

  // Of some whole texts, text t in rows starts[t] .. starts[t + 1): fills `kept`.
  void forward(std::span<const std::size_t> starts, const RelativeBias& bias, ConstMatrix input,
               const LayerActivations& kept) const;

  // gradient: d loss / d output, and then d loss / d input. Fills `back`, and adds to `sums`.
  void backward(std::span<const std::size_t> starts, const RelativeBias& bias, const LayerActivations& kept,
                const LayerBackflow& back, Matrix gradient, const BlockSums& sums) const;

  // What all tokens together say of the weights: every item < weight_items() once, by any thread. The sum over the tokens
  // runs in order, whoever takes which item. `product` is for the weights: biases are always added to.
  std::size_t weight_items() const;
  void add_weight_gradients(std::size_t item, ConstMatrix input, const LayerActivations& kept,
                            const LayerBackflow& back, const LayerGradients& gradients,
                            Product product) const;

 private:
  struct Linear {
    Linear(const Level& level, ConstMatrix weight, const float* bias, Precision precision);

    PackedWeight forward;   // [out, in]
    PackedWeight backward;  // turned over: [in, out]
    ConstMatrix weight;
    const float* bias;
  };
  void norm_forward(Matrix sum, ConstMatrix residual, const NormWeights& norm, Matrix out) const;
  void norm_backward(ConstMatrix sum, const NormWeights& norm, Matrix gradient, float* norm_gradients) const;

  const Level& level_;
  const TransformerConfig config_;
  const Precision precision_;
  std::array<Linear, 4> linears_;  // query, key and value as one; attention's output; up; down
  NormWeights attention_norm_, output_norm_;
};

}  // namespace attune
