// A tiny random ModernBERT at every level this CPU runs, against the same model in double arithmetic, written from its formulas.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "code_of.h"
#include "encoder/transformer_encoder.h"
#include "random_model.h"
#include "tested_levels.h"
#include "train/trainable_transformer.h"

using namespace attune;

namespace {

using Rows = std::vector<std::vector<double>>;

TransformerConfig modern_config() {
  return {.hidden_size = 24,
          .layers = 4,
          .heads = 3,
          .intermediate_size = 36,
          .max_positions = 200,
          .vocab_size = 50,
          .layer_norm_eps = 1e-5f,
          .activation = Activation::gelu,
          .rotary = RotaryConfig{
              .global_theta = 160000.0, .local_theta = 10000.0, .local_window = 5, .global_every = 3}};
}

class ModernTwin {
 public:
  explicit ModernTwin(const TransformerConfig& config) : config_(config) {
    const std::size_t dim = config.hidden_size, wide = config.intermediate_size;
    add("embeddings.tok_embeddings", config.vocab_size, dim, 1.0f);
    add("embeddings.norm", dim, 1, 0.5f, 1.0f);
    for (std::size_t number = 0; number < config.layers; ++number) {
      const std::string layer = "layers." + std::to_string(number) + ".";
      if (number > 0) add(layer + "attn_norm", dim, 1, 0.5f, 1.0f);
      add(layer + "attn.Wqkv", 3 * dim, dim, 0.4f);
      add(layer + "attn.Wo", dim, dim, 0.4f);
      add(layer + "mlp_norm", dim, 1, 0.5f, 1.0f);
      add(layer + "mlp.Wi", 2 * wide, dim, 0.4f);
      add(layer + "mlp.Wo", dim, wide, 0.4f);
    }
    add("final_norm", dim, 1, 0.5f, 1.0f);
  }

  Tensors tensors() const {
    Tensors views;
    for (const auto& [name, values] : values_) views.emplace(name, values);
    return views;
  }

  // The mean of the last layer's rows, at unit length.
  std::vector<double> encode(std::span<const std::int32_t> ids) const {
    const std::size_t dim = config_.hidden_size;
    Rows hidden;
    for (const std::int32_t id : ids) {
      std::vector<double> row(dim);
      for (std::size_t i = 0; i < dim; ++i)
        row[i] = weight("embeddings.tok_embeddings")[static_cast<std::size_t>(id) * dim + i];
      hidden.push_back(norm("embeddings.norm", row));
    }
    for (std::size_t number = 0; number < config_.layers; ++number) layer(number, hidden);
    std::vector<double> mean(dim, 0.0);
    for (const std::vector<double>& row : hidden) {
      const std::vector<double> last = norm("final_norm", row);
      for (std::size_t i = 0; i < dim; ++i) mean[i] += last[i] / double(ids.size());
    }
    double length = 0.0;
    for (const double value : mean) length += value * value;
    for (double& value : mean) value /= std::sqrt(length);
    return mean;
  }

 private:
  void add(const std::string& name, std::size_t rows, std::size_t cols, float range, float centre = 0.0f) {
    std::uniform_real_distribution<float> uniform(centre - range, centre + range);
    std::vector<float>& values = values_[name + ".weight"];
    for (std::size_t i = 0; i < rows * cols; ++i) values.push_back(uniform(generator_));
  }
  const std::vector<float>& weight(const std::string& name) const { return values_.at(name + ".weight"); }

  std::vector<double> linear(const std::string& name, std::size_t out, const std::vector<double>& x) const {
    const std::vector<float>& values = weight(name);
    std::vector<double> y(out, 0.0);
    for (std::size_t o = 0; o < out; ++o)
      for (std::size_t i = 0; i < x.size(); ++i) y[o] += values[o * x.size() + i] * x[i];
    return y;
  }

  std::vector<double> norm(const std::string& name, std::vector<double> x) const {
    const std::vector<float>& scales = weight(name);
    double mean = 0.0, variance = 0.0;
    for (const double value : x) mean += value / double(x.size());
    for (const double value : x) variance += (value - mean) * (value - mean) / double(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = (x[i] - mean) / std::sqrt(variance + double(config_.layer_norm_eps)) * scales[i];
    return x;
  }

  // A head's query or key of token `position`, turned.
  std::vector<double> turned(const double* values, std::size_t position, double theta) const {
    const std::size_t size = config_.hidden_size / config_.heads, half = size / 2;
    std::vector<double> result(size);
    for (std::size_t i = 0; i < half; ++i) {
      const double angle = double(position) / std::pow(theta, 2.0 * double(i) / double(size));
      result[i] = values[i] * std::cos(angle) - values[i + half] * std::sin(angle);
      result[i + half] = values[i + half] * std::cos(angle) + values[i] * std::sin(angle);
    }
    return result;
  }

  void layer(std::size_t number, Rows& hidden) const {
    const std::string name = "layers." + std::to_string(number) + ".";
    const std::size_t dim = config_.hidden_size, size = dim / config_.heads, wide = config_.intermediate_size;
    const bool global = number % config_.rotary->global_every == 0;
    const double theta = global ? config_.rotary->global_theta : config_.rotary->local_theta;
    Rows qkv;
    for (const std::vector<double>& row : hidden)
      qkv.push_back(linear(name + "attn.Wqkv", 3 * dim, number > 0 ? norm(name + "attn_norm", row) : row));
    const Rows before = hidden;
    for (std::size_t token = 0; token < hidden.size(); ++token) {
      std::vector<double> context(dim, 0.0);
      for (std::size_t head = 0; head < config_.heads; ++head) {
        const std::vector<double> query = turned(qkv[token].data() + head * size, token, theta);
        std::vector<double> shares(hidden.size(), 0.0);
        double sum = 0.0;
        for (std::size_t other = 0; other < hidden.size(); ++other) {
          const std::size_t apart = other > token ? other - token : token - other;
          if (!global && apart > config_.rotary->local_window) continue;
          const std::vector<double> key = turned(qkv[other].data() + dim + head * size, other, theta);
          double score = 0.0;
          for (std::size_t i = 0; i < size; ++i) score += query[i] * key[i];
          sum += shares[other] = std::exp(score / std::sqrt(double(size)));
        }
        for (std::size_t other = 0; other < hidden.size(); ++other)
          for (std::size_t i = 0; i < size; ++i)
            context[head * size + i] += shares[other] / sum * qkv[other][2 * dim + head * size + i];
      }
      const std::vector<double> attended = linear(name + "attn.Wo", dim, context);
      for (std::size_t i = 0; i < dim; ++i) hidden[token][i] = before[token][i] + attended[i];
      const std::vector<double> both =
          linear(name + "mlp.Wi", 2 * wide, norm(name + "mlp_norm", hidden[token]));
      std::vector<double> gated(wide);
      for (std::size_t i = 0; i < wide; ++i)
        gated[i] = 0.5 * both[i] * std::erfc(-both[i] * std::sqrt(0.5)) * both[wide + i];
      const std::vector<double> fed = linear(name + "mlp.Wo", dim, gated);
      for (std::size_t i = 0; i < dim; ++i) hidden[token][i] += fed[i];
    }
  }

  const TransformerConfig config_;
  std::map<std::string, std::vector<float>> values_;
  std::mt19937 generator_{3};
};

}  // namespace

TEST_CASE(
    "a ModernBERT's vectors agree with double arithmetic, in global and local layers, and alone or "
    "together") {
  const TransformerConfig config = modern_config();
  const ModernTwin twin(config);
  // Within the window, beyond it, and longer than a strip of the feed-forward part.
  const std::vector<std::size_t> lengths = {1, 2, 5, 6, 11, 40, 200, 33, 150};
  const Batch batch = random_batch(lengths);
  std::vector<std::vector<double>> expected;
  for (std::size_t text = 0; text < lengths.size(); ++text)
    expected.push_back(twin.encode(batch.view().text(text)));
  for (const Level& level : tested_levels()) {
    CAPTURE(level.name);
    for (const auto& [precision, least] :
         {std::pair{Precision::f32, 1.0 - 1e-6}, std::pair{Precision::bf16, 0.999},
          std::pair{Precision::int8, 0.98}}) {
      CAPTURE(int(precision));
      const TransformerEncoder encoder(level, config, twin.tensors(), Pooling::mean, {}, true, precision);
      Progress progress;
      const std::vector<float> vectors = encoder.encode(batch.view(), progress);
      for (std::size_t text = 0; text < lengths.size(); ++text) {
        CAPTURE(lengths[text]);
        const std::size_t dim = expected[text].size();
        double cosine = 0.0;
        for (std::size_t i = 0; i < dim; ++i) cosine += expected[text][i] * double(vectors[text * dim + i]);
        CHECK(cosine >= least);
        const std::uint32_t ends[] = {0, static_cast<std::uint32_t>(lengths[text])};
        const std::vector<float> alone = encoder.encode({batch.view().text(text), ends}, progress);
        CHECK(std::equal(alone.begin(), alone.end(), vectors.begin() + long(text * dim)));
      }
    }
  }
}

TEST_CASE("a ModernBERT that lacks a tensor, has odd heads or is to be trained is refused") {
  const TransformerConfig config = modern_config();
  const ModernTwin twin(config);
  const auto build = [&](const TransformerConfig& sizes, const Tensors& tensors) {
    return code_of([&] { TransformerEncoder(active_level(), sizes, tensors, Pooling::mean, {}, true); });
  };
  const Tensors whole = twin.tensors();
  CHECK(build(config, whole) == "none");
  for (const auto& [name, values] : whole) {
    CAPTURE(name);
    Tensors tensors = whole;
    tensors.erase(name);
    CHECK(build(config, tensors) == "BUNDLE_INVALID");
    tensors.emplace(name, values.first(values.size() - 1));
    CHECK(build(config, tensors) == "BUNDLE_INVALID");
  }
  TransformerConfig odd = config;
  odd.heads = 8;  // of three values
  CHECK(build(odd, whole) == "BUNDLE_INVALID");
  TransformerConfig none = config;
  none.rotary->global_every = 0;
  CHECK(build(none, whole) == "BUNDLE_INVALID");

  const Batch batch = random_batch({3});
  CHECK(code_of([&] {
          TrainableTransformer(active_level(), config, whole, Pooling::mean, {batch.ids, batch.offsets}, {});
        }) == "INVALID_ARGUMENT");
}
