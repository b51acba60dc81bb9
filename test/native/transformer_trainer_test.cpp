// A tiny random BERT under training: its gradients against a twin in double, which is itself held against differences; chunks,
// duplicates, resume, threads.
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "bits_of_threads.h"
#include "encoder/transformer_encoder.h"
#include "random_model.h"
#include "tested_levels.h"
#include "train/pair_trainer.h"
#include "train/trainable_transformer.h"
#include "transformer_twin.h"

using namespace attune;

namespace {

constexpr Pooling kPoolings[] = {Pooling::mean, Pooling::cls, Pooling::max, Pooling::lasttoken,
                                 Pooling::mean_sqrt_len};
constexpr Activation kActivations[] = {Activation::gelu, Activation::gelu_tanh, Activation::relu};

// One of every length up to nine, none, and one longer than a block of rows.
std::vector<std::size_t> ragged_lengths() { return {5, 1, 9, 0, 3, 7, 2, 8, 4, 6, 150, 3}; }

TokenizedTexts tokenized(const Batch& batch) { return {batch.ids, batch.offsets}; }

// As BERT, RoBERTa and MPNet have them.
TransformerConfig config_with(Activation activation, std::size_t relative_buckets) {
  TransformerConfig config = tiny_config();
  config.activation = activation;
  config.relative_buckets = relative_buckets;
  return config;
}

// Every gradient is a first moment after one step, when moments begin at 0 and forget everything.
TransformerTraining gradients_only() {
  TransformerTraining training;
  training.adam.constants.beta1 = 0;
  training.max_gradient_norm = 0;
  return training;
}

std::vector<float> normal_values(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(generator);
  return values;
}

std::vector<std::uint32_t> all_texts(const Batch& batch) {
  std::vector<std::uint32_t> texts(batch.offsets.size() - 1);
  std::iota(texts.begin(), texts.end(), 0u);
  return texts;
}

struct Gradients {
  std::vector<float> vectors;
  TrainingState state;
  std::vector<Parameter> parameters;
};

Gradients gradients_of(const Level& level, const TransformerConfig& config, const RandomModel& model,
                       Pooling pooling, const Batch& batch, const TransformerTraining& training,
                       std::vector<float> weights_of_vectors) {
  TrainableTransformer transformer(level, config, model.tensors(), pooling, tokenized(batch), training);
  const std::vector<std::uint32_t> texts = all_texts(batch);
  Gradients got;
  got.vectors.resize(texts.size() * config.hidden_size);
  const Matrix unit(got.vectors.data(), texts.size(), config.hidden_size);
  transformer.encode(texts, unit);
  transformer.learn(unit, {weights_of_vectors.data(), texts.size(), config.hidden_size}, 0.0f);
  got.state = transformer.state();
  got.parameters = transformer.parameters();
  return got;
}

// The greatest |got - expected| / |expected| of any tensor. A bias of the keys moves all scores of a query alike, so softmax
// gives it the gradient 0: it is measured against the bias of the queries.
double worst_error(const Gradients& got, const TransformerTwin::Values& expected) {
  double worst = 0;
  for (const Parameter& parameter : got.parameters) {
    const auto values = std::span(got.state.first_moments).subspan(parameter.offset, parameter.count());
    std::string measure = parameter.name;
    if (const std::size_t key = measure.find("key.bias"); key != std::string::npos)
      measure.replace(key, 3, "query");
    double apart = 0, size = 0;
    const std::vector<double>& exact = expected.at(parameter.name);
    for (std::size_t i = 0; i < exact.size(); ++i) apart += (values[i] - exact[i]) * (values[i] - exact[i]);
    for (const double value : expected.at(measure)) size += value * value;
    worst = std::max(worst, std::sqrt(apart / size));
  }
  return worst;
}

TransformerTwin::Values by_name(const Gradients& got) {
  TransformerTwin::Values values;
  for (const Parameter& parameter : got.parameters) {
    const auto part = std::span(got.state.first_moments).subspan(parameter.offset, parameter.count());
    values[parameter.name] = {part.begin(), part.end()};
  }
  return values;
}

// The loss whose gradients are `weights_of_vectors`, and those of the weights.
double twin_loss(TransformerTwin& twin, const Batch& batch, const std::vector<float>& weights_of_vectors,
                 bool with_gradients) {
  double loss = 0;
  for (std::size_t text = 0; text + 1 < batch.offsets.size(); ++text) {
    const std::span<const std::int32_t> ids = batch.view().text(text);
    const std::vector<double> unit = twin.encode(ids);
    const float* const row = weights_of_vectors.data() + text * unit.size();
    for (std::size_t i = 0; i < unit.size(); ++i) loss += unit[i] * row[i];
    if (with_gradients) twin.back(ids, {row, row + unit.size()});
  }
  return loss;
}

}  // namespace

TEST_CASE("the twin's gradients are the slopes of its loss") {
  for (const Pooling pooling : kPoolings) {
    for (const Activation activation : kActivations) {
      if (pooling != kPoolings[0] && activation != kActivations[0]) continue;  // neither knows of the other
      const TransformerConfig config = config_with(activation, pooling == Pooling::mean ? 8 : 0);
      const RandomModel model(config);
      TransformerTwin twin(config, pooling, model.values);
      const Batch batch = random_batch({4, 1, 6, 0, 3});
      const std::vector<float> weights = normal_values(5 * config.hidden_size, 3);
      twin_loss(twin, batch, weights, true);
      std::mt19937 generator(5);
      for (auto& [name, tensor] : twin.weights) {
        CAPTURE(name);
        const std::vector<double>& gradients = twin.gradients.at(name);
        // Along a random direction, so that every element of the tensor is in it.
        std::normal_distribution<double> normal;
        std::vector<double> direction(tensor.size());
        double along = 0, size = 0;
        for (std::size_t i = 0; i < tensor.size(); ++i) {
          direction[i] = normal(generator);
          along += direction[i] * gradients[i];
          size += gradients[i] * gradients[i];
        }
        const std::vector<double> before = tensor;
        const double h = 1e-6;
        const auto loss_at = [&](double step) {
          for (std::size_t i = 0; i < tensor.size(); ++i) tensor[i] = before[i] + step * direction[i];
          return twin_loss(twin, batch, weights, false);
        };
        const double slope = (8 * (loss_at(h) - loss_at(-h)) - (loss_at(2 * h) - loss_at(-2 * h))) / (12 * h);
        tensor = before;
        CHECK(std::abs(slope - along) <= 1e-6 * std::sqrt(size) + 1e-7);
      }
    }
  }
}

TEST_CASE("vectors have the bits of the encoder, and gradients are the twin's") {
  for (const Level& level : tested_levels()) {
    for (const Pooling pooling : kPoolings) {
      for (const Activation activation : kActivations) {
        CAPTURE(level.name);
        const TransformerConfig config = config_with(activation, pooling == Pooling::mean ? 32 : 0);
        const RandomModel model(config);
        const Batch batch = random_batch(ragged_lengths());
        const std::size_t texts = batch.offsets.size() - 1;
        const std::vector<float> weights = normal_values(texts * config.hidden_size, 3);
        const Gradients got = gradients_of(level, config, model, pooling, batch, gradients_only(), weights);

        const TransformerEncoder encoder(level, config, model.tensors(), pooling, {}, true);
        Progress progress;
        const std::vector<float> served = encoder.encode(batch.view(), progress);
        // The encoder divides by the norm, the trainer multiplies by its inverse.
        double apart = 0;
        for (std::size_t i = 0; i < served.size(); ++i)
          apart = std::max(apart, std::abs(double(served[i]) - got.vectors[i]));
        CHECK(apart <= 1.2e-7);

        TransformerTwin twin(config, pooling, model.values);
        twin_loss(twin, batch, weights, true);
        CHECK(worst_error(got, twin.gradients) <= 1e-5);  // sums over tokens in float32
      }
    }
  }
}

TEST_CASE("with products in bfloat16 the gradients point where the twin's do") {
  const TransformerConfig config = tiny_config();
  const RandomModel model(config);
  const Batch batch = random_batch(ragged_lengths());
  const std::vector<float> weights = normal_values((batch.offsets.size() - 1) * config.hidden_size, 3);
  TransformerTwin twin(config, Pooling::mean, model.values);
  twin_loss(twin, batch, weights, true);
  for (const Level& level : tested_levels()) {
    CAPTURE(level.name);
    TransformerTraining training = gradients_only();
    training.precision = Precision::bf16;
    const Gradients got = gradients_of(level, config, model, Pooling::mean, batch, training, weights);
    for (const Parameter& parameter : got.parameters) {
      if (parameter.name.ends_with("key.bias")) continue;  // its gradient is 0
      CAPTURE(parameter.name);
      const auto values = std::span(got.state.first_moments).subspan(parameter.offset, parameter.count());
      const std::vector<double>& exact = twin.gradients.at(parameter.name);
      double both = 0, ours = 0, theirs = 0;
      for (std::size_t i = 0; i < exact.size(); ++i) {
        both += values[i] * exact[i];
        ours += double(values[i]) * values[i];
        theirs += exact[i] * exact[i];
      }
      CHECK(both / std::sqrt(ours * theirs) >= 0.999);
      CHECK(std::sqrt(ours / theirs) == doctest::Approx(1).epsilon(0.02));
    }
  }
  TransformerTraining training;
  training.precision = Precision::int8;
  CHECK_THROWS_AS(gradients_of(active_level(), config, model, Pooling::mean, batch, training, weights),
                  Error);
}

TEST_CASE("a batch in chunks has the gradients of the whole") {
  const TransformerConfig config = tiny_config();
  const RandomModel model(config);
  const Batch batch = random_batch(ragged_lengths());
  const std::vector<float> weights = normal_values((batch.offsets.size() - 1) * config.hidden_size, 3);
  const Level& level = active_level();
  const Gradients whole = gradients_of(level, config, model, Pooling::mean, batch, gradients_only(), weights);
  for (const std::size_t chunk_tokens : {1, 10, 60, 197, 198}) {
    CAPTURE(chunk_tokens);
    TransformerTraining training = gradients_only();
    training.chunk_tokens = chunk_tokens;
    const Gradients got = gradients_of(level, config, model, Pooling::mean, batch, training, weights);
    CHECK(got.vectors == whole.vectors);
    CHECK(worst_error(got, by_name(whole)) <= 1e-5);
  }
}

TEST_CASE("gradients longer than the limit are shortened to it, all together") {
  const TransformerConfig config = tiny_config();
  const RandomModel model(config);
  const Batch batch = random_batch({4, 7, 2});
  const std::vector<float> weights = normal_values(3 * config.hidden_size, 3);
  const auto length = [&](float most) {
    TransformerTraining training = gradients_only();
    training.max_gradient_norm = most;
    double squares = 0;
    for (const float value :
         gradients_of(active_level(), config, model, Pooling::mean, batch, training, weights)
             .state.first_moments)
      squares += double(value) * value;
    return std::sqrt(squares);
  };
  const double free = length(0);
  CHECK(free > 1.0);
  CHECK(length(0.5f) == doctest::Approx(0.5).epsilon(1e-5));
  CHECK(length(static_cast<float>(2 * free)) == doctest::Approx(free));
}

TEST_CASE("decay pulls on matrices and tables, towards the beginning, and on nothing else") {
  const TransformerConfig config = tiny_config();
  const RandomModel model(config);
  const Batch batch = random_batch({4, 7, 2});
  const auto after = [&](float decay) {
    TransformerTraining training;
    training.adam.weight_decay = decay;
    TrainableTransformer transformer(active_level(), config, model.tensors(), Pooling::mean, tokenized(batch),
                                     training);
    const std::vector<std::uint32_t> texts = all_texts(batch);
    std::vector<float> vectors(3 * config.hidden_size);
    const Matrix unit(vectors.data(), 3, config.hidden_size);
    for (unsigned step = 0; step < 2; ++step) {
      std::vector<float> gradients = normal_values(vectors.size(), 3);
      transformer.encode(texts, unit);
      transformer.learn(unit, {gradients.data(), 3, config.hidden_size}, 0.01f);
    }
    return std::pair(transformer.state().weights, transformer.parameters());
  };
  const auto [free, parameters] = after(0);
  const auto [held, same] = after(10);
  for (const Parameter& parameter : parameters) {
    CAPTURE(parameter.name);
    const auto part = [&](const std::vector<float>& all) {
      return std::vector<float>(
          all.begin() + static_cast<std::ptrdiff_t>(parameter.offset),
          all.begin() + static_cast<std::ptrdiff_t>(parameter.offset + parameter.count()));
    };
    const std::vector<float>& begin = model.values.at(parameter.name);
    const auto moved = [&](const std::vector<float>& weights) {
      double squares = 0;
      for (std::size_t i = 0; i < begin.size(); ++i)
        squares += double(weights[i] - begin[i]) * (weights[i] - begin[i]);
      return squares;
    };
    // A bias takes part in the second step's gradients, so it need not stay equal; it must not be pulled.
    if (parameter.shape.size() > 1)
      CHECK(moved(part(held)) < 0.98 * moved(part(free)));
    else
      CHECK(moved(part(held)) > 0.9 * moved(part(free)));
  }
}

namespace {

// Query text i and document text 20 + i belong together; some texts occur twice.
struct Run {
  TransformerConfig config = tiny_config();
  RandomModel model{config};
  TrainableTransformer transformer;
  PairTrainer trainer;

  static Batch texts() {
    std::mt19937 generator(8);
    std::vector<std::size_t> lengths;
    for (int text = 0; text < 40; ++text) lengths.push_back(1 + generator() % 9);
    return random_batch(lengths);
  }
  static PairSet pairs() {
    PairSet pairs;
    for (std::uint32_t i = 0; i < 24; ++i) {
      pairs.query_texts.push_back(i % 20);
      pairs.document_texts.push_back(20 + i % 20);
      pairs.weights.push_back(1 + static_cast<float>(i % 3));
      pairs.query_keys.push_back(static_cast<std::int32_t>(i % 20));
      pairs.document_keys.push_back(static_cast<std::int32_t>(i % 20));
    }
    return pairs;
  }
  explicit Run(std::size_t chunk_tokens = 4096, Precision precision = Precision::f32)
      : transformer(
            active_level(), config, model.tensors(), Pooling::mean, tokenized(texts()),
            {.adam = {}, .max_gradient_norm = 1.0f, .chunk_tokens = chunk_tokens, .precision = precision}),
        trainer(active_level(), transformer, pairs(), 0.1f) {}

  std::vector<double> train(std::size_t steps, unsigned seed, float learning_rate = 1e-3f) {
    std::vector<std::uint32_t> order;
    std::mt19937 generator(seed);
    for (std::size_t i = 0; i < 12 * steps; ++i)
      order.push_back(static_cast<std::uint32_t>(generator() % 24));
    const std::vector<float> rates(steps, learning_rate);
    Progress progress;
    return trainer.train({order, 12, rates}, progress);
  }
};

}  // namespace

TEST_CASE("a whole transformer learns which texts belong together, in either precision") {
  for (const Precision precision : {Precision::f32, Precision::bf16}) {
    Run run(4096, precision);
    const std::vector<double> losses = run.train(60, 3);
    const auto mean = [&](std::size_t first) {
      return std::accumulate(losses.begin() + static_cast<std::ptrdiff_t>(first),
                             losses.begin() + static_cast<std::ptrdiff_t>(first + 10), 0.0) /
             10;
    };
    CHECK(mean(50) < 0.3 * mean(0));
  }
}

TEST_CASE("five steps, a saved state and five more have the bits of ten") {
  Run straight, first, second;
  straight.train(5, 3);
  straight.train(5, 4);
  first.train(5, 3);
  second.transformer.restore(first.transformer.state());
  second.train(5, 4);
  const TrainingState left = straight.transformer.state(), right = second.transformer.state();
  CHECK(left.weights == right.weights);
  CHECK(left.first_moments == right.first_moments);
  CHECK(left.second_moments == right.second_moments);
  CHECK(left.step == 10);
  CHECK(right.step == 10);
}

TEST_CASE("gradients that are not finite end the training, and the weights stay as they were") {
  Run run;
  const std::vector<float> before = run.transformer.state().weights;
  std::vector<std::uint32_t> texts = {0, 1, 2};
  std::vector<float> vectors(3 * run.config.hidden_size),
      gradients(vectors.size(), std::numeric_limits<float>::infinity());
  const Matrix unit(vectors.data(), 3, run.config.hidden_size);
  run.transformer.encode(texts, unit);
  CHECK_THROWS_AS(run.transformer.learn(unit, {gradients.data(), 3, run.config.hidden_size}, 0.1f), Error);
  CHECK(run.transformer.state().weights == before);
  CHECK(run.transformer.state().step == 0);
  Run clean;
  run.train(2, 3);
  clean.train(2, 3);
  CHECK(run.transformer.state().weights == clean.transformer.state().weights);
}

TEST_CASE("texts, tensors and states that do not fit are refused") {
  const TransformerConfig config = tiny_config();
  RandomModel model(config);
  const auto make = [&](const Batch& batch, const TransformerTraining& training) {
    TrainableTransformer(active_level(), config, model.tensors(), Pooling::mean, tokenized(batch), training);
  };
  CHECK_THROWS_AS(make(random_batch({config.max_tokens() + 1}), {}), Error);
  Batch unknown = random_batch({3});
  unknown.ids[1] = 50;
  CHECK_THROWS_AS(make(unknown, {}), Error);
  CHECK_THROWS_AS(make(random_batch({3}), {.adam = {}, .chunk_tokens = 0}), Error);
  Run run;
  CHECK_THROWS_AS(run.transformer.restore({std::vector<float>(3), {}, {}, 0}), Error);
  model.values.erase("encoder.layer.1.output.dense.bias");
  CHECK_THROWS_AS(make(random_batch({3}), {}), Error);
}

TEST_CASE("results have the same bits for any number of threads") {
  std::vector<float> both;
  for (const Precision precision : {Precision::f32, Precision::bf16}) {
    Run run(50, precision);
    run.train(3, 6);
    const std::vector<float> weights = run.transformer.state().weights;
    both.insert(both.end(), weights.begin(), weights.end());
  }
  check_bits_of_threads(both);
}
