#include "encoder/transformer_config.h"

#include <string>

#include "attune/error.h"

namespace attune {

void check_config(const TransformerConfig& config) {
  const auto require = [](bool holds, const std::string& expected) {
    if (!holds) throw Error("BUNDLE_INVALID", "Expected " + expected + " in the model's config.json.");
  };
  require(config.hidden_size > 0 && config.heads > 0 && config.hidden_size % config.heads == 0,
          "the hidden size to be a multiple of the number of attention heads, but " +
              std::to_string(config.hidden_size) + " and " + std::to_string(config.heads) + " stand");
  require(config.intermediate_size > 0, "an intermediate size above 0");
  require(config.vocab_size > 0, "a vocabulary");
  require(config.max_positions > config.position_offset,
          "more than " + std::to_string(config.position_offset) + " positions");
  require(config.relative_buckets % 4 == 0,
          "the number of relative attention buckets to be divisible by 4, but " +
              std::to_string(config.relative_buckets) + " stand");
  if (config.rotary) {
    const RotaryConfig& rotary = *config.rotary;
    require(config.hidden_size / config.heads % 2 == 0, "an even number of values for each attention head");
    require(rotary.global_theta > 0.0 && rotary.local_theta > 0.0, "bases of the rotary angles above 0");
    require(rotary.global_every > 0, "a global layer in every 1 or more");
    require(config.position_offset == 0 && config.relative_buckets == 0 && config.type_vocab_size == 0,
            "no other positions and no token types beside rotary ones");
  }
  require(config.layer_norm_eps >= 0.0f, "the epsilon of the layer normalisation to be 0 or more");
  require(config.activation != Activation::identity && config.activation != Activation::tanh,
          "the activation to be one of GELU, GELU by tanh, ReLU");
}

}  // namespace attune
