// A tiny random BERT at every level this CPU runs: every intermediate result against plain double arithmetic,
// each taken from the one before it as float32 had it, so that every bound is that of one step; and the whole
// from its parts.
#include <doctest/doctest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "code_of.h"
#include "encoder/transformer_encoder.h"
#include "encoder/transformer_layer.h"
#include "random_model.h"
#include "tested_levels.h"

using namespace attune;

namespace {

constexpr double kEps = FLT_EPSILON;

// A number in double, and by how much float32 may miss it.
struct Bounded {
  double exact = 0.0;
  double bound = 0.0;
};

// weight · x + bias: at most (k + 1) epsilons of the sum of the magnitudes
// (Higham 2002, eq. 3.5, twice over).
Bounded linear(const RandomModel& model, const std::string& name, std::size_t out, const float* x,
               std::size_t in) {
  Bounded y = {model.at(name + ".bias", out), std::abs(model.at(name + ".bias", out))};
  for (std::size_t i = 0; i < in; ++i) {
    const double product = model.at(name + ".weight", out * in + i) * double(x[i]);
    y.exact += product;
    y.bound += std::abs(product);
  }
  y.bound *= double(in + 1) * kEps;
  return y;
}

// A difference to the mean errs by what its terms do and by the rounding of the mean; divided by the
// deviation, twice, because the deviation errs as much itself.
std::vector<Bounded> layer_norm(const RandomModel& model, const std::string& name,
                                const std::vector<Bounded>& x) {
  const double dim = double(x.size());
  double mean = 0.0, variance = 0.0, most = 0.0, error = 0.0;
  for (const Bounded& value : x) {
    mean += value.exact / dim;
    most = std::max(most, std::abs(value.exact));
    error = std::max(error, value.bound);
  }
  for (const Bounded& value : x) variance += (value.exact - mean) * (value.exact - mean) / dim;
  const double deviation = std::sqrt(variance + 1e-12);
  const double e = (2 * error + (dim / 2 + 3) * kEps / 2 * most) / deviation;
  std::vector<Bounded> y;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double normal = (x[i].exact - mean) / deviation;
    const double gain = model.at(name + ".weight", i), bias = model.at(name + ".bias", i);
    y.push_back({normal * gain + bias,
                 (e * (1 + std::abs(normal)) + (dim + 8) * kEps * std::abs(normal)) * std::abs(gain) +
                     kEps * (std::abs(normal * gain) + 2 * std::abs(bias))});
  }
  return y;
}

// The greatest error of a row, in units of its bounds.
double worst_of(const float* got, const std::vector<Bounded>& expected) {
  double worst = 0.0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    worst = std::max(worst, std::abs(double(got[i]) - expected[i].exact) / (expected[i].bound + FLT_MIN));
  }
  return worst;
}

double gelu(double x) { return 0.5 * x * std::erfc(-x * std::sqrt(0.5)); }

// One head of one text: what the context of `row` must be, from the queries, keys and values of the block. A
// score errs by (d + 2) epsilons of its magnitudes, so its exponential by as much of itself; the sums over S
// tokens add S epsilons.
std::vector<Bounded> attention(ConstMatrix qkv, std::size_t first, std::size_t tokens, std::size_t row,
                               std::size_t head, std::size_t dim, std::size_t head_dim) {
  const double scale = 1.0 / std::sqrt(double(head_dim));
  std::vector<double> scores(tokens);
  double top = -INFINITY, sum = 0.0, score_error = 0.0;
  for (std::size_t other = 0; other < tokens; ++other) {
    double magnitude = 0.0;
    for (std::size_t i = 0; i < head_dim; ++i) {
      const double product = double(qkv.row(first + row)[head * head_dim + i]) *
                             double(qkv.row(first + other)[dim + head * head_dim + i]) * scale;
      scores[other] += product;
      magnitude += std::abs(product);
    }
    top = std::max(top, scores[other]);
    score_error = std::max(score_error, double(head_dim + 2) * kEps * magnitude);
  }
  for (const double score : scores) sum += std::exp(score - top);
  std::vector<Bounded> context(head_dim);
  for (std::size_t i = 0; i < head_dim; ++i) {
    for (std::size_t other = 0; other < tokens; ++other) {
      const double share = std::exp(scores[other] - top) / sum;
      const double product = share * double(qkv.row(first + other)[2 * dim + head * head_dim + i]);
      context[i].exact += product;
      context[i].bound += std::abs(product);
    }
    context[i].bound *= 2 * score_error + (2 * double(tokens) + 8) * kEps;
  }
  return context;
}

std::shared_ptr<const RelativeBias> no_bias(const TransformerConfig& config) {
  return std::make_shared<const RelativeBias>(config, nullptr);
}

}  // namespace

TEST_CASE("the embeddings and every intermediate result of every layer agree with double arithmetic") {
  const TransformerConfig config = tiny_config();
  const std::size_t dim = config.hidden_size, wide = config.intermediate_size, head_dim = dim / config.heads;
  const RandomModel model(config);
  const Batch batch = random_batch({1, 5, 17, 9, 0, 33});
  const Texts texts = batch.view();
  for (const Level& level : tested_levels()) {
    CAPTURE(level.name);
    const TokenEmbeddings embeddings(level, config, model.tensors());
    TokenBlock block;
    block.begin(config, {1, 5, 17, 9, 0, 33});
    double worst = 0.0;
    for (std::size_t text = 0; text < texts.count(); ++text) {
      const std::size_t first = block.starts[text];
      embeddings.embed(texts.text(text),
                       {block.hidden.row(first), texts.tokens(text), dim, block.hidden.stride});
      for (std::size_t t = 0; t < texts.tokens(text); ++t) {
        std::vector<Bounded> sum(dim);
        for (std::size_t i = 0; i < dim; ++i) {
          sum[i].exact =
              model.at("embeddings.word_embeddings.weight", std::size_t(texts.text(text)[t]) * dim + i) +
              model.at("embeddings.position_embeddings.weight", (t + 2) * dim + i) +
              model.at("embeddings.token_type_embeddings.weight", i);
          sum[i].bound = 2 * kEps * 1.4;
        }
        worst = std::max(
            worst, worst_of(block.hidden.row(first + t), layer_norm(model, "embeddings.LayerNorm", sum)));
      }
    }
    CHECK(worst <= 1.0);

    for (std::size_t number = 0; number < config.layers; ++number) {
      CAPTURE(number);
      const std::string prefix = "encoder.layer." + std::to_string(number) + ".";
      std::vector<std::vector<float>> before;
      for (std::size_t t = 0; t < block.tokens(); ++t) {
        before.emplace_back(block.hidden.row(t), block.hidden.row(t) + dim);
      }
      TransformerLayer(level, config, layer_weights(model.tensors(), config, number), no_bias(config))
          .forward(block);

      double qkv = 0.0, context = 0.0, projected = 0.0, intermediate = 0.0, hidden = 0.0;
      for (std::size_t text = 0; text < block.texts(); ++text) {
        const std::size_t first = block.starts[text], tokens = block.starts[text + 1] - first;
        for (std::size_t row = 0; row < tokens; ++row) {
          for (std::size_t head = 0; head < config.heads; ++head) {
            context =
                std::max(context, worst_of(block.context.row(first + row) + head * head_dim,
                                           attention(block.qkv, first, tokens, row, head, dim, head_dim)));
          }
        }
      }
      for (std::size_t t = 0; t < block.tokens(); ++t) {
        std::vector<Bounded> row;
        for (const char* part : {"query", "key", "value"}) {
          for (std::size_t i = 0; i < dim; ++i) {
            row.push_back(linear(model, prefix + "attention.self." + part, i, before[t].data(), dim));
          }
        }
        qkv = std::max(qkv, worst_of(block.qkv.row(t), row));

        row.clear();
        for (std::size_t i = 0; i < dim; ++i) {
          row.push_back(linear(model, prefix + "attention.output.dense", i, block.context.row(t), dim));
          row[i].exact += double(before[t][i]);
          row[i].bound += kEps * (std::abs(row[i].exact) + std::abs(double(before[t][i])));
        }
        projected = std::max(
            projected,
            worst_of(block.projected.row(t), layer_norm(model, prefix + "attention.output.LayerNorm", row)));

        row.clear();
        for (std::size_t i = 0; i < wide; ++i) {
          const Bounded x = linear(model, prefix + "intermediate.dense", i, block.projected.row(t), dim);
          row.push_back({gelu(x.exact), 1.13 * x.bound + 1e-7 + 1.2e-7 * std::abs(x.exact)});
        }
        intermediate = std::max(intermediate, worst_of(block.intermediate.row(t), row));

        row.clear();
        for (std::size_t i = 0; i < dim; ++i) {
          row.push_back(linear(model, prefix + "output.dense", i, block.intermediate.row(t), wide));
          row[i].exact += double(block.projected.row(t)[i]);
          row[i].bound += kEps * (std::abs(row[i].exact) + std::abs(double(block.projected.row(t)[i])));
        }
        hidden = std::max(hidden,
                          worst_of(block.hidden.row(t), layer_norm(model, prefix + "output.LayerNorm", row)));
      }
      CHECK(qkv <= 1.0);
      CHECK(context <= 1.0);
      CHECK(projected <= 1.0);
      CHECK(intermediate <= 1.0);
      CHECK(hidden <= 1.0);
    }
  }
}

TEST_CASE(
    "a text's vector in bf16 or int8 is near that in f32, and the same, bit for bit, whatever texts are "
    "beside it") {
  const TransformerConfig config = tiny_config();
  const RandomModel model(config);
  const std::vector<std::size_t> lengths = {1, 2, 298, 150, 141, 33, 32, 31, 7};
  const Batch batch = random_batch(lengths);
  const Texts texts = batch.view();
  for (const Level& level : tested_levels()) {
    const auto encoder_in = [&](Precision precision) {
      return TransformerEncoder(level, config, model.tensors(), Pooling::mean, {}, true, precision);
    };
    Progress progress;
    const std::vector<float> exact = encoder_in(Precision::f32).encode(texts, progress);
    const std::size_t dim = config.hidden_size;
    for (const auto& [precision, least, most] :
         {std::tuple{Precision::bf16, 0.999, 0.9999999}, std::tuple{Precision::int8, 0.99, 0.999999}}) {
      const TransformerEncoder encoder = encoder_in(precision);
      const std::vector<float> vectors = encoder.encode(texts, progress);
      double lowest = 1.0;
      for (std::size_t text = 0; text < lengths.size(); ++text) {
        double cosine = 0.0;
        for (std::size_t i = 0; i < dim; ++i)
          cosine += double(vectors[text * dim + i]) * double(exact[text * dim + i]);
        lowest = std::min(lowest, cosine);
        const std::uint32_t ends[] = {0, static_cast<std::uint32_t>(lengths[text])};
        const std::vector<float> alone = encoder.encode({texts.text(text), ends}, progress);
        CHECK(std::equal(alone.begin(), alone.end(), vectors.begin() + long(text * dim)));
      }
      CAPTURE(level.name);
      CAPTURE(int(precision));
      CHECK(lowest >= least);
      CHECK(lowest < most);  // it is another precision
    }
  }
}

TEST_CASE("a text in a batch gets, bit for bit, what embeddings, layers, pooling and head give it alone") {
  const TransformerConfig config = tiny_config();
  const RandomModel model(config);
  std::vector<std::size_t> lengths = {0, 1, 2, 298, 150, 141, 33, 32, 31};
  for (std::size_t i = 0; i < 60; ++i) lengths.push_back(i % 13);
  const Batch batch = random_batch(lengths);
  const DenseLayer dense = {
      model.values.at("encoder.layer.0.intermediate.dense.weight"), {}, 30, 44, Activation::tanh, false};
  for (const Level& level : tested_levels()) {
    for (const Pooling pooling :
         {Pooling::mean, Pooling::cls, Pooling::max, Pooling::lasttoken, Pooling::mean_sqrt_len}) {
      const TransformerEncoder encoder(level, config, model.tensors(), pooling, {dense}, true);
      REQUIRE(encoder.dim() == 44);
      Progress progress;
      const std::vector<float> together = encoder.encode(batch.view(), progress);
      CHECK(progress.done == lengths.size());
      for (std::size_t text = 0; text < lengths.size(); ++text) {
        TokenBlock block;
        block.begin(config, {lengths[text]});
        TokenEmbeddings(level, config, model.tensors()).embed(batch.view().text(text), block.hidden);
        for (std::size_t number = 0; number < config.layers; ++number) {
          TransformerLayer(level, config, layer_weights(model.tensors(), config, number), no_bias(config))
              .forward(block);
        }
        std::vector<float> pooled(30), alone(44);
        pool(pooling, block.hidden, pooled.data());
        Head(level, 30, {dense}, true).apply({pooled.data(), 1, 30}, {alone.data(), 1, 44});
        CAPTURE(level.name);
        CAPTURE(text);
        CHECK(std::equal(alone.begin(), alone.end(), together.begin() + long(text * 44)));
      }
    }
  }
}

TEST_CASE("pooling is what its name says") {
  const float tokens[] = {1, -5, 2, 7, 6, -2, 9, 9};  // rows of two numbers, two more to the next row
  const ConstMatrix rows(tokens, 2, 2, 4);
  const auto pooled = [&](Pooling pooling, ConstMatrix matrix) {
    std::vector<float> out(2);
    pool(pooling, matrix, out.data());
    return out;
  };
  CHECK(pooled(Pooling::mean, rows) == std::vector<float>{3.5f, -3.5f});
  CHECK(pooled(Pooling::cls, rows) == std::vector<float>{1, -5});
  CHECK(pooled(Pooling::max, rows) == std::vector<float>{6, -2});
  CHECK(pooled(Pooling::lasttoken, rows) == std::vector<float>{6, -2});
  CHECK(pooled(Pooling::mean_sqrt_len, rows) ==
        std::vector<float>{7 / std::sqrt(2.0f), -7 / std::sqrt(2.0f)});
  CHECK(pooled(Pooling::max, {tokens, 0, 2, 4}) == std::vector<float>{0, 0});
}

TEST_CASE("a model that does not fit its config is refused, and so are texts that do not fit the model") {
  const TransformerConfig config = tiny_config();
  const RandomModel model(config);
  const auto build = [&](const TransformerConfig& sizes, const Tensors& tensors) {
    return code_of([&] { TransformerEncoder(active_level(), sizes, tensors, Pooling::mean, {}, true); });
  };
  CHECK(build(config, model.tensors()) == "none");
  for (const auto& [name, values] : model.values) {
    CAPTURE(name);
    Tensors tensors = model.tensors();
    tensors.erase(name);
    CHECK(build(config, tensors) == "BUNDLE_INVALID");
    tensors.emplace(name, std::span<const float>(values).first(values.size() - 1));
    CHECK(build(config, tensors) == "BUNDLE_INVALID");
  }
  TransformerConfig wrong = config;
  wrong.heads = 4;
  CHECK(build(wrong, model.tensors()) == "BUNDLE_INVALID");
  wrong = config;
  wrong.position_offset = 300;
  CHECK(build(wrong, model.tensors()) == "BUNDLE_INVALID");

  const TransformerEncoder encoder(active_level(), config, model.tensors(), Pooling::mean, {}, true);
  Progress progress;
  const auto encode = [&](const Batch& batch) {
    return code_of([&] { encoder.encode(batch.view(), progress); });
  };
  CHECK(encode(random_batch({298})) == "none");
  CHECK(encode(random_batch({3, 299})) == "INVALID_ARGUMENT");
  CHECK(encode({{1, 50}, {0, 1, 2}}) == "INVALID_ARGUMENT");
  CHECK(encode({{}, {0}}) == "none");
  progress.cancelled = true;
  CHECK(encode(random_batch({3})) == "CANCELLED");
}
