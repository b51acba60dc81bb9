// One layer of a BERT encoder under training: forward with everything kept, and the way back.
// The formulas forward are those of TransformerLayer, and give the same bits.
#pragma once
#include <span>

#include "encoder/layer_weights.h"
#include "linear/packed_matrix.h"

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
};

class TrainableLayer {
 public:
  // weights: views that stay valid; those of query, key and value lie side by side, as layer_tensors has them.
  TrainableLayer(const Level& level, const TransformerConfig& config, const LayerWeights& weights);

  // The products read packed copies: after the weights have changed every item < pack_items() is to be packed,
  // by any thread.
  std::size_t pack_items() const;
  void pack(std::size_t item);

  // Of some whole texts, text t in rows starts[t] .. starts[t + 1): fills `kept`.
  void forward(std::span<const std::size_t> starts, ConstMatrix input, const LayerActivations& kept) const;

  // gradient: d loss / d output, and then d loss / d input. Fills `back`, and adds to norm_gradients: the gains and biases of
  // the norm after attention, then of the last one, [4 * hidden].
  void backward(std::span<const std::size_t> starts, const LayerActivations& kept, const LayerBackflow& back,
                Matrix gradient, float* norm_gradients) const;

  // Adds what all tokens together say of the weights: every item < weight_items() once, by any thread. The sum over the tokens
  // runs in order, whoever takes which item.
  std::size_t weight_items() const;
  void add_weight_gradients(std::size_t item, ConstMatrix input, const LayerActivations& kept,
                            const LayerBackflow& back, const LayerGradients& gradients) const;

 private:
  struct Linear {
    Linear(const Level& level, std::size_t out, std::size_t in, const float* weight, const float* bias);
    std::size_t items() const { return forward.panels() + backward.panels(); }
    void pack(std::size_t item);

    PackedMatrix forward;   // [out, in]
    PackedMatrix backward;  // turned over: [in, out]
    const float* weight;
    const float* bias;
  };
  void norm_forward(Matrix sum, ConstMatrix residual, const NormWeights& norm, Matrix out) const;
  void norm_backward(ConstMatrix sum, const NormWeights& norm, Matrix gradient, float* norm_gradients) const;

  const Level& level_;
  const TransformerConfig config_;
  Linear qkv_, attention_output_, up_, down_;
  NormWeights attention_norm_, output_norm_;
};

}  // namespace attune
