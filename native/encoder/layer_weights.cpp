#include "encoder/layer_weights.h"

#include <functional>
#include <numeric>

#include "encoder/relative_bias.h"

namespace attune {
namespace {

std::string layer_prefix(std::size_t number) { return "encoder.layer." + std::to_string(number) + "."; }

}  // namespace

std::size_t TensorShape::count() const {
  return std::accumulate(sizes.begin(), sizes.end(), std::size_t{1}, std::multiplies<>());
}

LayerWeights layer_weights(const Tensors& tensors, const TransformerConfig& config, std::size_t number) {
  const std::string prefix = layer_prefix(number);
  const auto linear = [&](const char* part, std::size_t out, std::size_t in) {
    return LinearWeights{tensor_matrix(tensors, prefix + part + ".weight", out, in),
                         tensor_span(tensors, prefix + part + ".bias", out)};
  };
  const auto norm = [&](const char* part) {
    return NormWeights{tensor_span(tensors, prefix + part + ".weight", config.hidden_size),
                       tensor_span(tensors, prefix + part + ".bias", config.hidden_size)};
  };
  const std::size_t hidden = config.hidden_size, wide = config.intermediate_size;
  return {.query = linear("attention.self.query", hidden, hidden),
          .key = linear("attention.self.key", hidden, hidden),
          .value = linear("attention.self.value", hidden, hidden),
          .attention_output = linear("attention.output.dense", hidden, hidden),
          .attention_norm = norm("attention.output.LayerNorm"),
          .up = linear("intermediate.dense", wide, hidden),
          .down = linear("output.dense", hidden, wide),
          .output_norm = norm("output.LayerNorm")};
}

const float* relative_bias_table(const Tensors& tensors, const TransformerConfig& config) {
  if (config.relative_buckets == 0) return nullptr;
  return tensor_matrix(tensors, kRelativeBiasName, config.relative_buckets, config.heads).data;
}

std::vector<TensorShape> layer_tensors(const TransformerConfig& config, std::size_t number) {
  const std::size_t hidden = config.hidden_size, wide = config.intermediate_size;
  std::vector<TensorShape> tensors = {
      {"attention.self.query.weight", {hidden, hidden}},
      {"attention.self.key.weight", {hidden, hidden}},
      {"attention.self.value.weight", {hidden, hidden}},
      {"attention.self.query.bias", {hidden}},
      {"attention.self.key.bias", {hidden}},
      {"attention.self.value.bias", {hidden}},
      {"attention.output.dense.weight", {hidden, hidden}},
      {"attention.output.dense.bias", {hidden}},
      {"attention.output.LayerNorm.weight", {hidden}},
      {"attention.output.LayerNorm.bias", {hidden}},
      {"intermediate.dense.weight", {wide, hidden}},
      {"intermediate.dense.bias", {wide}},
      {"output.dense.weight", {hidden, wide}},
      {"output.dense.bias", {hidden}},
      {"output.LayerNorm.weight", {hidden}},
      {"output.LayerNorm.bias", {hidden}},
  };
  for (TensorShape& tensor : tensors) tensor.name = layer_prefix(number) + tensor.name;
  return tensors;
}

}  // namespace attune
