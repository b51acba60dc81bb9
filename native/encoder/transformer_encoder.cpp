// All layers of a block of tokens run on one thread: a block's activations stay in that core's cache, and no
// thread waits for another before the end.
#include "encoder/transformer_encoder.h"

#include <algorithm>
#include <numeric>

#include "encoder/modern_layer.h"
#include "encoder/transformer_layer.h"
#include "runtime/thread_pool.h"

namespace attune {
namespace {

// Enough rows for weights to be read once for many, few enough for a block's activations to stay in a
// second-level cache.
constexpr std::size_t kBlockTokens = 128;

TransformerConfig checked(TransformerConfig config) {
  check_config(config);
  return config;
}

// Numbers of texts, the longest texts first, cut into blocks of about as many tokens each. There are a
// multiple of thread_count() blocks where there is enough to do, so that threads end together.
std::vector<std::vector<std::size_t>> blocks_of(const Texts& texts) {
  std::vector<std::size_t> order(texts.count());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return texts.tokens(a) > texts.tokens(b); });
  const std::size_t threads = thread_count();
  const std::size_t rounds = (texts.ids.size() + threads * kBlockTokens - 1) / (threads * kBlockTokens);
  const std::size_t block_tokens =
      rounds == 0 ? 0 : (texts.ids.size() + threads * rounds - 1) / (threads * rounds);
  std::vector<std::vector<std::size_t>> blocks;
  std::size_t tokens = 0;
  for (const std::size_t text : order) {
    if (blocks.empty() || tokens + texts.tokens(text) > block_tokens) {
      blocks.emplace_back();
      tokens = 0;
    }
    blocks.back().push_back(text);
    tokens += texts.tokens(text);
  }
  return blocks;
}

using Layers = std::vector<std::unique_ptr<const EncoderLayer>>;

Layers bert_layers(const Level& level, const TransformerConfig& config, const Tensors& tensors,
                   Precision precision) {
  Layers layers;
  const auto bias = std::make_shared<const RelativeBias>(config, relative_bias_table(tensors, config));
  for (std::size_t number = 0; number < config.layers; ++number) {
    layers.push_back(std::make_unique<TransformerLayer>(level, config, layer_weights(tensors, config, number),
                                                        bias, precision));
  }
  return layers;
}

Layers modern_layers(const Level& level, const TransformerConfig& config, const RotaryConfig& rotary,
                     const Tensors& tensors, Precision precision) {
  const auto positions = [&](double theta) {
    return std::make_shared<const RotaryPositions>(config.max_tokens(), config.hidden_size / config.heads,
                                                   theta);
  };
  const auto global = positions(rotary.global_theta), local = positions(rotary.local_theta);
  Layers layers;
  for (std::size_t number = 0; number < config.layers; ++number) {
    const bool is_global = number % rotary.global_every == 0;
    layers.push_back(std::make_unique<ModernLayer>(level, config, tensors, number, is_global ? global : local,
                                                   is_global ? 0 : rotary.local_window, precision));
  }
  return layers;
}

}  // namespace

TransformerEncoder::TransformerEncoder(const Level& level, const TransformerConfig& config,
                                       const Tensors& tensors, Pooling pooling,
                                       const std::vector<DenseLayer>& dense, bool normalize,
                                       Precision precision)
    : level_(level),
      config_(checked(config)),
      embeddings_(level, config, tensors),
      layers_(config.rotary ? modern_layers(level, config, *config.rotary, tensors, precision)
                            : bert_layers(level, config, tensors, precision)),
      pooling_(pooling),
      head_(level, config.hidden_size, dense, normalize) {
  if (!config.rotary) return;
  final_gain_ = tensor_values(tensors, "final_norm.weight", config.hidden_size);
  final_bias_.assign(config.hidden_size, 0.0f);
}

std::vector<float> TransformerEncoder::encode(const Texts& texts, Progress& progress) const {
  check_texts(texts, config_.vocab_size, config_.max_tokens());
  progress.total = texts.count();
  std::vector<float> vectors(texts.count() * dim());
  const std::vector<std::vector<std::size_t>> blocks = blocks_of(texts);
  parallel_for(blocks.size(), [&](std::size_t number) {
    thread_local TokenBlock block;
    thread_local std::vector<float> pooled, headed;
    const std::vector<std::size_t>& members = blocks[number];
    std::vector<std::size_t> lengths;
    lengths.reserve(members.size());
    for (const std::size_t text : members) lengths.push_back(texts.tokens(text));
    block.begin(config_, lengths);
    for (std::size_t i = 0; i < members.size(); ++i) {
      embeddings_.embed(texts.text(members[i]), {block.hidden.row(block.starts[i]), lengths[i],
                                                 config_.hidden_size, block.hidden.stride});
    }
    for (const std::unique_ptr<const EncoderLayer>& layer : layers_) {
      progress.stop_if_cancelled();
      layer->forward(block);
    }
    for (std::size_t row = 0; row < block.tokens() && !final_gain_.empty(); ++row) {
      level_.layer_norm.layer_norm(block.hidden.row(row), nullptr, final_gain_.data(), final_bias_.data(),
                                   config_.layer_norm_eps, config_.hidden_size);
    }
    pooled.resize(members.size() * config_.hidden_size);
    headed.resize(members.size() * dim());
    for (std::size_t i = 0; i < members.size(); ++i) {
      pool(pooling_,
           {block.hidden.row(block.starts[i]), lengths[i], config_.hidden_size, block.hidden.stride},
           pooled.data() + i * config_.hidden_size);
    }
    head_.apply({pooled.data(), members.size(), config_.hidden_size}, {headed.data(), members.size(), dim()});
    for (std::size_t i = 0; i < members.size(); ++i) {
      std::copy_n(headed.data() + i * dim(), dim(), vectors.data() + members[i] * dim());
    }
    progress.done += members.size();
  });
  return vectors;
}

}  // namespace attune
