#include "train/trainable_transformer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "attune/error.h"
#include "runtime/thread_pool.h"
#include "train/unit_rows.h"

namespace attune {
namespace {

// Rows of a product: fifteen tiles of fourteen at the widest level. A longer text is a block of its own.
constexpr std::size_t kBlockTokens = 210;
constexpr std::size_t kTokensPerItem = 32;
constexpr std::size_t kPositionsPerItem = 4;
constexpr const char* kWordTable = "embeddings.word_embeddings.weight";

TransformerConfig checked(TransformerConfig config) {
  check_config(config);
  if (config.rotary)
    throw Error("INVALID_ARGUMENT", "Expected a model of BERT's kind to train, but received a ModernBERT.");
  return config;
}

std::vector<TensorShape> dense_shapes(const TransformerConfig& config) {
  const std::size_t hidden = config.hidden_size;
  std::vector<TensorShape> shapes = {
      {"embeddings.position_embeddings.weight", {config.max_positions, hidden}}};
  if (config.type_vocab_size > 0)
    shapes.push_back({"embeddings.token_type_embeddings.weight", {config.type_vocab_size, hidden}});
  shapes.push_back({"embeddings.LayerNorm.weight", {hidden}});
  shapes.push_back({"embeddings.LayerNorm.bias", {hidden}});
  if (config.relative_buckets > 0)
    shapes.push_back({kRelativeBiasName, {config.relative_buckets, config.heads}});
  for (std::size_t number = 0; number < config.layers; ++number)
    for (TensorShape& shape : layer_tensors(config, number)) shapes.push_back(std::move(shape));
  return shapes;
}

std::vector<float> joined(const Tensors& tensors, const std::vector<TensorShape>& shapes) {
  std::vector<float> all;
  for (const TensorShape& shape : shapes) {
    const std::span<const float> values = tensor_span(tensors, shape.name, shape.count());
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

std::vector<std::size_t> counts_of(const std::vector<TensorShape>& shapes) {
  std::vector<std::size_t> counts;
  counts.reserve(shapes.size());
  for (const TensorShape& shape : shapes) counts.push_back(shape.count());
  return counts;
}

// Weight matrices and tables decay; biases, gains and their like do not.
std::vector<bool> decays_of(const std::vector<TensorShape>& shapes) {
  std::vector<bool> decays;
  decays.reserve(shapes.size());
  for (const TensorShape& shape : shapes) decays.push_back(shape.sizes.size() > 1);
  return decays;
}

LayerActivations rows_of(const LayerActivations& kept, std::size_t first, std::size_t count) {
  const auto cut = [&](Matrix matrix) { return rows_of(matrix, first, count); };
  return {cut(kept.qkv),          cut(kept.context),    cut(kept.attention_sum), cut(kept.attention),
          cut(kept.intermediate), cut(kept.output_sum), cut(kept.output)};
}

LayerBackflow rows_of(const LayerBackflow& back, std::size_t first, std::size_t count) {
  const auto cut = [&](Matrix matrix) { return rows_of(matrix, first, count); };
  return {cut(back.output_sum), cut(back.intermediate), cut(back.activated), cut(back.attention_sum),
          cut(back.qkv)};
}

void add_row(const float* from, float* to, std::size_t dim) {
  for (std::size_t i = 0; i < dim; ++i) to[i] += from[i];
}

}  // namespace

TrainableTransformer::TrainableTransformer(const Level& level, const TransformerConfig& config,
                                           const Tensors& tensors, Pooling pooling, TokenizedTexts texts,
                                           const TransformerTraining& options)
    : level_(level),
      config_(checked(config)),
      pooling_(pooling),
      texts_(std::move(texts)),
      options_(options),
      shapes_(dense_shapes(config_)),
      words_(level, tensor_values(tensors, kWordTable, config_.vocab_size * config_.hidden_size),
             config_.hidden_size, options.adam),
      dense_(level, joined(tensors, shapes_), counts_of(shapes_), decays_of(shapes_), options.adam),
      bias_(config_, relative_bias_table(tensors, config_)),
      groups_(config_.vocab_size, TokenGroups::Place::token) {
  check_tokens(texts_, config_.vocab_size);
  for (std::size_t text = 0; text < texts_.count(); ++text) {
    if (texts_.of(text).size() <= config_.max_tokens()) continue;
    throw Error("INVALID_ARGUMENT", "Expected texts of at most " + std::to_string(config_.max_tokens()) +
                                        " tokens, but text " + std::to_string(text) + " has " +
                                        std::to_string(texts_.of(text).size()) + ".");
  }
  if (options.precision == Precision::int8)
    throw Error("INVALID_ARGUMENT", "Expected training in f32 or bf16: gradients have no meaning in int8.");
  if (options.chunk_tokens == 0 || !(options.max_gradient_norm >= 0))
    throw Error("INVALID_ARGUMENT",
                "Expected chunks of at least one token and a norm of gradients that is not negative.");

  std::size_t offset = 0;
  Tensors views;
  for (const TensorShape& shape : shapes_) {
    views.emplace(shape.name, std::span(dense_.weights()).subspan(offset, shape.count()));
    if (shape.name == layer_tensors(config_, layer_offsets_.size()).front().name)
      layer_offsets_.push_back(offset);
    offset += shape.count();
  }
  places_.positions = 0;
  places_.types = config_.max_positions * config_.hidden_size;
  places_.norm = places_.types + config_.type_vocab_size * config_.hidden_size;
  places_.bias = places_.norm + 2 * config_.hidden_size;
  for (std::size_t number = 0; number < config_.layers; ++number)
    layers_.emplace_back(level, config_, layer_weights(views, config_, number), options.precision);
  kept_.resize(config_.layers);
  pack();
}

void TrainableTransformer::pack() {
  bias_.replace(dense_.weights().data() + places_.bias);
  if (layers_.empty()) return;
  const std::size_t items = layers_.front().pack_items();
  parallel_for(layers_.size() * items, [&](std::size_t item) { layers_[item / items].pack(item % items); });
}

// Cuts a batch into chunks, and those into blocks of whole texts.
void TrainableTransformer::plan(std::span<const std::uint32_t> texts) {
  batch_.assign(texts.begin(), texts.end());
  chunks_.clear();
  std::size_t blocks = 0, token = 0;
  for (std::size_t at = 0; at < texts.size(); ++at) {
    const std::size_t length = texts_.of(texts[at]).size();
    if (chunks_.empty() ||
        (chunks_.back().tokens > 0 && chunks_.back().tokens + length > options_.chunk_tokens)) {
      chunks_.push_back({.first_text = at, .first_token = token, .first_block = blocks});
    }
    Chunk& chunk = chunks_.back();
    if (chunk.blocks == 0 || blocks_[blocks - 1].starts.back() + length > kBlockTokens) {
      if (blocks == blocks_.size()) blocks_.emplace_back();
      Block& block = blocks_[blocks++];
      block.first_text = at;
      block.texts = 0;
      block.row = chunk.tokens;
      block.starts.assign(1, 0);
      ++chunk.blocks;
    }
    Block& block = blocks_[blocks - 1];
    block.starts.push_back(block.starts.back() + length);
    ++block.texts;
    ++chunk.texts;
    chunk.tokens += length;
    token += length;
  }
}

void TrainableTransformer::make_room(std::size_t tokens) {
  if (tokens <= room_) return;
  const std::size_t hidden = config_.hidden_size, wide = config_.intermediate_size;
  struct Part {
    Matrix* matrix;
    std::size_t cols;
  };
  std::vector<Part> parts = {
      {&embedding_sum_, hidden},      {&embedded_, hidden},        {&gradient_, hidden},
      {&back_.output_sum, hidden},    {&back_.intermediate, wide}, {&back_.activated, wide},
      {&back_.attention_sum, hidden}, {&back_.qkv, 3 * hidden},
  };
  for (LayerActivations& kept : kept_) {
    for (Matrix* const matrix :
         {&kept.context, &kept.attention_sum, &kept.attention, &kept.output_sum, &kept.output})
      parts.push_back({matrix, hidden});
    parts.push_back({&kept.qkv, 3 * hidden});
    parts.push_back({&kept.intermediate, wide});
  }
  std::size_t numbers = 0;
  for (const Part& part : parts) numbers += tokens * padded_stride(part.cols);
  float* next = memory_.reserve(numbers);
  for (const Part& part : parts) {
    *part.matrix = Matrix(next, tokens, part.cols, padded_stride(part.cols));
    next += tokens * padded_stride(part.cols);
  }
  room_ = tokens;
}

ConstMatrix TrainableTransformer::layer_input(std::size_t number) const {
  return number == 0 ? embedded_ : kept_[number - 1].output;
}

LayerGradients TrainableTransformer::layer_gradients(std::size_t number) {
  return LayerGradients(config_, dense_.gradients().data() + layer_offsets_[number]);
}

// In the order of TokenEmbeddings: position and type first, then the word, so that the sum has its bits.
void TrainableTransformer::embed(const Block& block) {
  const std::size_t hidden = config_.hidden_size;
  const float* const weights = dense_.weights().data();
  const float* const type = config_.type_vocab_size > 0 ? weights + places_.types : nullptr;
  for (std::size_t text = 0; text < block.texts; ++text) {
    const std::span<const std::int32_t> ids = texts_.of(batch_[block.first_text + text]);
    for (std::size_t t = 0; t < ids.size(); ++t) {
      const std::size_t row = block.row + block.starts[text] + t;
      const float* const word = words_.row(static_cast<std::size_t>(ids[t]));
      const float* const position = weights + (config_.position_offset + t) * hidden;
      float* const sum = embedding_sum_.row(row);
      for (std::size_t i = 0; i < hidden; ++i)
        sum[i] = word[i] + (position[i] + (type == nullptr ? 0.0f : type[i]));
      std::copy_n(sum, hidden, embedded_.row(row));
      level_.layer_norm.layer_norm(embedded_.row(row), nullptr, weights + places_.norm,
                                   weights + places_.norm + hidden, config_.layer_norm_eps, hidden);
    }
  }
}

void TrainableTransformer::forward(const Chunk& chunk) {
  parallel_for(chunk.blocks, [&](std::size_t number) {
    const Block& block = blocks_[chunk.first_block + number];
    const std::size_t tokens = block.starts.back();
    embed(block);
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
      const ConstMatrix input = layer_input(layer);
      layers_[layer].forward(block.starts, bias_, {input.row(block.row), tokens, input.cols, input.stride},
                             rows_of(kept_[layer], block.row, tokens));
    }
  });
}

void TrainableTransformer::pool_block(const Block& block, Matrix out) const {
  const ConstMatrix tokens = layer_input(layers_.size());
  for (std::size_t text = 0; text < block.texts; ++text) {
    const std::size_t first = block.starts[text];
    pool(pooling_,
         {tokens.row(block.row + first), block.starts[text + 1] - first, tokens.cols, tokens.stride},
         out.row(block.first_text + text));
  }
}

void TrainableTransformer::encode(std::span<const std::uint32_t> texts, Matrix unit) {
  plan(texts);
  scales_.resize(texts.size());
  groups_.build(texts_, texts);
  parallel_for_parts(groups_.tokens().size(), kTokensPerItem, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) words_.bring_up(groups_.tokens()[i]);
  });
  std::size_t most = 0;
  for (const Chunk& chunk : chunks_) most = std::max(most, chunk.tokens);
  make_room(most);
  // The first chunk comes last: the way back begins with it, and finds it still there.
  for (std::size_t i = chunks_.size(); i-- > 0;) {
    const Chunk& chunk = chunks_[i];
    forward(chunk);
    parallel_for(chunk.blocks, [&](std::size_t number) {
      const Block& block = blocks_[chunk.first_block + number];
      pool_block(block, unit);
      for (std::size_t at = block.first_text; at < block.first_text + block.texts; ++at)
        scales_[at] = to_unit(unit.row(at), unit.cols);
    });
  }
}

// gradient_ is that of the last layer's output when it begins, and that of the embeddings when it ends.
void TrainableTransformer::backward(const Chunk& chunk, ConstMatrix text_gradients) {
  const Product product = &chunk == &chunks_.front() ? Product::replace : Product::accumulate;
  const std::size_t hidden = config_.hidden_size;
  parallel_for(chunk.blocks, [&](std::size_t number) {
    const Block& block = blocks_[chunk.first_block + number];
    const ConstMatrix output = layer_input(layers_.size());
    for (std::size_t text = 0; text < block.texts; ++text) {
      const std::size_t row = block.row + block.starts[text],
                        tokens = block.starts[text + 1] - block.starts[text];
      pool_backward(pooling_, {output.row(row), tokens, hidden, output.stride},
                    text_gradients.row(block.first_text + text), rows_of(gradient_, row, tokens));
    }
  });
  const std::size_t bias_size = config_.relative_buckets * config_.heads, size = 4 * hidden + bias_size;
  block_sums_.resize(std::max(block_sums_.size(), chunk.blocks * size));
  for (std::size_t layer = layers_.size(); layer-- > 0;) {
    std::fill_n(block_sums_.begin(), chunk.blocks * size, 0.0f);
    parallel_for(chunk.blocks, [&](std::size_t number) {
      const Block& block = blocks_[chunk.first_block + number];
      const std::size_t tokens = block.starts.back();
      float* const sums = block_sums_.data() + number * size;
      layers_[layer].backward(block.starts, bias_, rows_of(kept_[layer], block.row, tokens),
                              rows_of(back_, block.row, tokens), rows_of(gradient_, block.row, tokens),
                              {sums, sums + 2 * hidden, sums + 4 * hidden});
    });
    const LayerGradients gradients = layer_gradients(layer);
    const ConstMatrix input = layer_input(layer);
    const LayerActivations kept = rows_of(kept_[layer], 0, chunk.tokens);
    const LayerBackflow back = rows_of(back_, 0, chunk.tokens);
    parallel_for(layers_[layer].weight_items(), [&](std::size_t item) {
      layers_[layer].add_weight_gradients(item, {input.data, chunk.tokens, input.cols, input.stride}, kept,
                                          back, gradients, product);
    });
    for (std::size_t number = 0; number < chunk.blocks; ++number) {
      const float* const sums = block_sums_.data() + number * size;
      add_row(sums, gradients.attention_norm, 2 * hidden);
      add_row(sums + 2 * hidden, gradients.output_norm, 2 * hidden);
      add_row(sums + 4 * hidden, dense_.gradients().data() + places_.bias, bias_size);
    }
  }
  add_embedding_gradients(chunk);
}

void TrainableTransformer::add_embedding_gradients(const Chunk& chunk) {
  const std::size_t hidden = config_.hidden_size;
  float* const gradients = dense_.gradients().data();
  std::fill_n(block_sums_.begin(), chunk.blocks * 2 * hidden, 0.0f);
  parallel_for(chunk.blocks, [&](std::size_t number) {
    const Block& block = blocks_[chunk.first_block + number];
    float* const norm = block_sums_.data() + number * 2 * hidden;
    for (std::size_t row = block.row; row < block.row + block.starts.back(); ++row) {
      level_.layer_norm.layer_norm_backward(embedding_sum_.row(row), dense_.weights().data() + places_.norm,
                                            config_.layer_norm_eps, hidden, gradient_.row(row), norm,
                                            norm + hidden);
    }
  });
  for (std::size_t number = 0; number < chunk.blocks; ++number)
    add_row(block_sums_.data() + number * 2 * hidden, gradients + places_.norm, 2 * hidden);

  // A position's gradient is the sum over the texts that are long enough.
  std::size_t longest = 0;
  for (std::size_t at = chunk.first_text; at < chunk.first_text + chunk.texts; ++at)
    longest = std::max(longest, texts_.of(batch_[at]).size());
  parallel_for_parts(longest, kPositionsPerItem, [&](std::size_t begin, std::size_t end) {
    std::size_t first = 0;
    for (std::size_t at = chunk.first_text; at < chunk.first_text + chunk.texts; ++at) {
      const std::size_t length = texts_.of(batch_[at]).size();
      for (std::size_t t = begin; t < std::min(end, length); ++t)
        add_row(gradient_.row(first + t), gradients + (config_.position_offset + t) * hidden, hidden);
      first += length;
    }
  });
  if (config_.type_vocab_size > 0) {
    for (std::size_t row = 0; row < chunk.tokens; ++row)
      add_row(gradient_.row(row), gradients + places_.types, hidden);
  }
  parallel_for_parts(groups_.tokens().size(), kTokensPerItem, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const std::span<const std::uint32_t> places = groups_.places(i);
      for (std::size_t& next = word_next_[i];
           next < places.size() && places[next] < chunk.first_token + chunk.tokens; ++next) {
        add_row(gradient_.row(places[next] - chunk.first_token), word_gradients_.data() + i * hidden, hidden);
      }
    }
  });
}

// What chunks, blocks or texts add to. The gradients of a layer's weights are the first chunk's, and then added to.
void TrainableTransformer::clear_sums() {
  std::vector<float>& gradients = dense_.gradients();
  std::fill_n(gradients.begin(), layer_offsets_.empty() ? gradients.size() : layer_offsets_.front(), 0.0f);
  for (std::size_t layer = 0; layer < layers_.size(); ++layer)
    layer_gradients(layer).clear_biases_and_norms();
}

void TrainableTransformer::learn(ConstMatrix unit, Matrix gradients, float learning_rate) {
  const std::size_t hidden = config_.hidden_size, tokens = groups_.tokens().size();
  for (std::size_t at = 0; at < batch_.size(); ++at)
    back_through_unit(unit.row(at), scales_[at], gradients.row(at), hidden);
  word_gradients_.assign(tokens * hidden, 0.0f);
  word_next_.assign(tokens, 0);
  clear_sums();
  for (const Chunk& chunk : chunks_) {
    if (&chunk != &chunks_.front()) forward(chunk);
    backward(chunk, gradients);
  }

  double squares = dense_.squared_norm();
  for (const float value : word_gradients_) squares += double(value) * value;
  if (!std::isfinite(squares)) {
    throw Error("TRAINING_DIVERGED",
                "The gradients are not finite. Try a lower learning rate or a longer warm-up; the weights "
                "are as they were "
                "before this step.");
  }
  const double norm = std::sqrt(squares), most = double(options_.max_gradient_norm);
  const float scale = most > 0 && norm > most ? static_cast<float>(most / norm) : 1.0f;
  words_.begin_step(learning_rate, scale);
  parallel_for_parts(tokens, kTokensPerItem, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i)
      words_.update(groups_.tokens()[i], word_gradients_.data() + i * hidden);
  });
  words_.end_step();
  dense_.update(learning_rate, scale);
  pack();
}

std::vector<Parameter> TrainableTransformer::parameters() const {
  std::vector<Parameter> parameters = {{kWordTable, {config_.vocab_size, config_.hidden_size}, 0}};
  std::size_t offset = config_.vocab_size * config_.hidden_size;
  for (const TensorShape& shape : shapes_) {
    parameters.push_back({shape.name, shape.sizes, offset});
    offset += shape.count();
  }
  return parameters;
}

TrainingState TrainableTransformer::state() {
  TrainingState state = words_.state();
  const auto append = [](std::vector<float>& to, const std::vector<float>& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  append(state.weights, dense_.weights());
  append(state.first_moments, dense_.first_moments());
  append(state.second_moments, dense_.second_moments());
  return state;
}

void TrainableTransformer::restore(TrainingState state) {
  const std::size_t words = config_.vocab_size * config_.hidden_size;
  check_state(state, words + dense_.weights().size());
  const auto rest = [&](const std::vector<float>& all) { return std::span(all).subspan(words); };
  dense_.restore(rest(state.weights), rest(state.first_moments), rest(state.second_moments), state.step);
  for (std::vector<float>* const all : {&state.weights, &state.first_moments, &state.second_moments})
    all->resize(words);
  words_.restore(std::move(state));
  pack();
}

}  // namespace attune
