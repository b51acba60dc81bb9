// The numbers of one layer of a BERT encoder, found by name and checked, not yet packed for products.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "encoder/tensors.h"
#include "encoder/transformer_config.h"

namespace attune {

// y = weight · x + bias
struct LinearWeights {
  ConstMatrix weight;  // [out, in]
  std::span<const float> bias;
};

struct NormWeights {
  std::span<const float> gain, bias;
};

// Views of tensors.
struct LayerWeights {
  LinearWeights query, key, value, attention_output;
  NormWeights attention_norm;
  LinearWeights up, down;
  NormWeights output_norm;
};

// The tensors' names begin with 'encoder.layer.<number>.'. Throws as tensor_matrix does.
LayerWeights layer_weights(const Tensors& tensors, const TransformerConfig& config, std::size_t number);

// The table of RelativeBias, or null where the config has none. Throws likewise.
const float* relative_bias_table(const Tensors& tensors, const TransformerConfig& config);

// Name and shape of a tensor: a matrix has two sizes, a vector one.
struct TensorShape {
  std::string name;
  std::vector<std::size_t> sizes;

  std::size_t count() const;
};

// The tensors of one layer, those of query, key and value side by side, weights before biases.
std::vector<TensorShape> layer_tensors(const TransformerConfig& config, std::size_t number);

}  // namespace attune
