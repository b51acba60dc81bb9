// A tiny BERT of random numbers, and texts for it.
#pragma once
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "encoder/tensors.h"
#include "encoder/texts.h"
#include "encoder/transformer_config.h"

namespace attune {

inline TransformerConfig tiny_config() {
  return {.hidden_size = 30,
          .layers = 2,
          .heads = 3,
          .intermediate_size = 44,
          .max_positions = 300,
          .vocab_size = 50,
          .type_vocab_size = 2,
          .layer_norm_eps = 1e-12f,
          .activation = Activation::gelu,
          .position_offset = 2};
}

struct RandomModel {
  std::map<std::string, std::vector<float>> values;

  explicit RandomModel(const TransformerConfig& config) {
    const std::size_t dim = config.hidden_size, wide = config.intermediate_size;
    add("embeddings.word_embeddings.weight", config.vocab_size * dim, 1.0f);
    add("embeddings.position_embeddings.weight", config.max_positions * dim, 0.3f);
    add("embeddings.token_type_embeddings.weight", config.type_vocab_size * dim, 0.1f);
    add_norm("embeddings.LayerNorm", dim);
    if (config.relative_buckets > 0)
      add("encoder.relative_attention_bias.weight", config.relative_buckets * config.heads, 1.0f);
    for (std::size_t layer = 0; layer < config.layers; ++layer) {
      const std::string prefix = "encoder.layer." + std::to_string(layer) + ".";
      for (const char* part : {"query", "key", "value"})
        add_linear(prefix + "attention.self." + part, dim, dim);
      add_linear(prefix + "attention.output.dense", dim, dim);
      add_norm(prefix + "attention.output.LayerNorm", dim);
      add_linear(prefix + "intermediate.dense", wide, dim);
      add_linear(prefix + "output.dense", dim, wide);
      add_norm(prefix + "output.LayerNorm", dim);
    }
  }

  Tensors tensors() const {
    Tensors views;
    for (const auto& [name, tensor] : values) views.emplace(name, tensor);
    return views;
  }
  double at(const std::string& name, std::size_t i) const { return values.at(name)[i]; }

 private:
  void add(const std::string& name, std::size_t size, float range, float centre = 0.0f) {
    std::uniform_real_distribution<float> uniform(centre - range, centre + range);
    std::vector<float>& tensor = values[name];
    for (std::size_t i = 0; i < size; ++i) tensor.push_back(uniform(generator_));
  }
  void add_linear(const std::string& name, std::size_t out, std::size_t in) {
    add(name + ".weight", out * in, 0.4f);
    add(name + ".bias", out, 0.2f);
  }
  void add_norm(const std::string& name, std::size_t dim) {
    add(name + ".weight", dim, 0.5f, 1.0f);
    add(name + ".bias", dim, 0.2f);
  }
  std::mt19937 generator_{1};
};

struct Batch {
  std::vector<std::int32_t> ids;
  std::vector<std::uint32_t> offsets = {0};
  Texts view() const { return {ids, offsets}; }
};

inline Batch random_batch(const std::vector<std::size_t>& lengths) {
  std::mt19937 generator(7);
  std::uniform_int_distribution<std::int32_t> any(0, 49);
  Batch batch;
  for (const std::size_t length : lengths) {
    for (std::size_t i = 0; i < length; ++i) batch.ids.push_back(any(generator));
    batch.offsets.push_back(static_cast<std::uint32_t>(batch.ids.size()));
  }
  return batch;
}

}  // namespace attune
