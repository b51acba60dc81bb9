// The static encoder and the head behind it, against double arithmetic.
#include "encoder/static_encoder.h"
#include "code_of.h"

#include <doctest/doctest.h>
#include <cfloat>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "random_values.h"
#include "tested_levels.h"

using namespace attune;

namespace {

struct Batch {
  std::vector<std::int32_t> ids;
  std::vector<std::uint32_t> offsets = {0};
  Texts view() const { return {ids, offsets}; }
};

Batch random_batch(const std::vector<std::size_t>& lengths, std::int32_t vocabulary) {
  std::mt19937 generator(7);
  std::uniform_int_distribution<std::int32_t> any(0, vocabulary - 1);
  Batch batch;
  for (const std::size_t length : lengths) {
    for (std::size_t i = 0; i < length; ++i) batch.ids.push_back(any(generator));
    batch.offsets.push_back(static_cast<std::uint32_t>(batch.ids.size()));
  }
  return batch;
}

double activate(Activation activation, double x) {
  if (activation == Activation::tanh) return std::tanh(x);
  if (activation == Activation::gelu) return 0.5 * x * (1.0 + std::erf(x * std::sqrt(0.5)));
  if (activation == Activation::relu) return std::max(x, 0.0);
  return x;
}

std::vector<double> exact_head(std::vector<double> x, const std::vector<DenseLayer>& layers, bool normalize) {
  for (const DenseLayer& layer : layers) {
    std::vector<double> y(layer.out_features);
    for (std::size_t o = 0; o < layer.out_features; ++o) {
      double sum = layer.bias.empty() ? 0.0 : layer.bias[o];
      for (std::size_t i = 0; i < layer.in_features; ++i)
        sum += layer.weight[o * layer.in_features + i] * x[i];
      y[o] = activate(layer.activation, sum) + (layer.residual ? x[o] : 0.0);
    }
    x = y;
  }
  double squares = 0.0;
  for (const double value : x) squares += value * value;
  if (normalize) {
    for (double& value : x) value /= std::max(std::sqrt(squares), 1e-12);
  }
  return x;
}

DenseLayer dense(std::size_t in, std::size_t out, Activation activation, bool bias, bool residual) {
  return {uniform_values(in * out, 3),
          bias ? uniform_values(out, 4) : std::vector<float>(),
          in,
          out,
          activation,
          residual};
}

}  // namespace

TEST_CASE("a text is the mean of its tokens, passed through the head") {
  constexpr std::size_t kDim = 37, kVocabulary = 50;
  const std::vector<float> table = uniform_values(kVocabulary * kDim, 1);
  std::vector<std::size_t> lengths = {0, 1, 2, 3, 17, 200};
  for (std::size_t i = 0; i < 600; ++i) lengths.push_back(i % 9);  // more than one block
  const Batch batch = random_batch(lengths, kVocabulary);
  const std::vector<std::vector<DenseLayer>> heads = {
      {},
      {dense(kDim, 20, Activation::tanh, true, false)},
      {dense(kDim, kDim, Activation::gelu, true, true), dense(kDim, 41, Activation::relu, false, false)},
      {dense(kDim, kDim, Activation::identity, false, true)},
  };
  for (const Level& level : tested_levels()) {
    for (const auto& layers : heads) {
      for (const bool normalize : {false, true}) {
        const StaticEncoder encoder(level, table, kDim, layers, normalize);
        Progress progress;
        const std::vector<float> got = encoder.encode(batch.view(), progress);
        REQUIRE(got.size() == lengths.size() * encoder.dim());
        CHECK(progress.done == lengths.size());
        for (std::size_t t = 0; t < lengths.size(); ++t) {
          std::vector<double> mean(kDim);
          for (const std::int32_t id : batch.view().text(t)) {
            for (std::size_t i = 0; i < kDim; ++i) {
              mean[i] += double(table[static_cast<std::size_t>(id) * kDim + i]) / double(lengths[t]);
            }
          }
          const std::vector<double> exact = exact_head(mean, layers, normalize);
          // Inputs below 1 in magnitude: a mean errs by at most tokens / 2 epsilons, and each layer of kDim
          // products multiplies what came before by at most kDim and adds kDim epsilons; tanh, GELU and ReLU
          // at most 1.13 times.
          const double bound = FLT_EPSILON * double(kDim) * 4 * (layers.size() > 1 ? kDim : 1) *
                               (1.0 + double(lengths[t]) / 2);
          double worst = 0.0;
          for (std::size_t i = 0; i < exact.size(); ++i) {
            worst = std::max(worst, std::abs(got[t * encoder.dim() + i] - exact[i]));
          }
          CAPTURE(level.name);
          CAPTURE(t);
          CHECK(worst <= bound);
        }
      }
    }
  }
}

TEST_CASE("a text's vector is the same alone and among others") {
  constexpr std::size_t kDim = 24;
  const Batch batch = random_batch({5, 0, 3, 300, 1, 8, 2, 9, 11, 4, 6, 13, 7}, 30);
  for (const Level& level : tested_levels()) {
    const StaticEncoder encoder(level, uniform_values(30 * kDim, 1), kDim,
                                {dense(kDim, 33, Activation::gelu, true, false)}, true);
    Progress progress;
    const std::vector<float> together = encoder.encode(batch.view(), progress);
    for (std::size_t t = 0; t < batch.view().count(); ++t) {
      const std::span<const std::int32_t> ids = batch.view().text(t);
      const std::vector<std::uint32_t> offsets = {0, static_cast<std::uint32_t>(ids.size())};
      const std::vector<float> alone = encoder.encode({ids, offsets}, progress);
      CAPTURE(t);
      CHECK(alone ==
            std::vector<float>(together.begin() + long(t * 33), together.begin() + long((t + 1) * 33)));
    }
  }
}

TEST_CASE("what does not fit is refused") {
  const Level& level = active_level();
  const StaticEncoder encoder(level, uniform_values(40, 1), 4, {}, false);
  Progress progress;
  const auto encode = [&](std::vector<std::int32_t> ids, std::vector<std::uint32_t> offsets) {
    return code_of([&] { encoder.encode({ids, offsets}, progress); });
  };
  CHECK(encode({0, 9}, {0, 1, 2}) == "none");
  CHECK(encode({}, {0}) == "none");
  CHECK(encode({10}, {0, 1}) == "INVALID_ARGUMENT");
  CHECK(encode({-1}, {0, 1}) == "INVALID_ARGUMENT");
  CHECK(encode({1, 2}, {0, 1}) == "INVALID_ARGUMENT");
  CHECK(encode({1, 2}, {1, 2}) == "INVALID_ARGUMENT");
  CHECK(encode({1, 2}, {0, 2, 1, 2}) == "INVALID_ARGUMENT");
  CHECK(encode({1, 2}, {0, 9, 2}) == "INVALID_ARGUMENT");
  CHECK(encode({}, {}) == "INVALID_ARGUMENT");
  CHECK(code_of([&] { StaticEncoder(level, uniform_values(7, 1), 4, {}, false); }) == "BUNDLE_INVALID");
  CHECK(code_of([&] {
          StaticEncoder(level, uniform_values(8, 1), 4, {dense(5, 2, Activation::relu, true, false)}, false);
        }) == "BUNDLE_INVALID");
  CHECK(code_of([&] {
          StaticEncoder(level, uniform_values(8, 1), 4, {dense(4, 2, Activation::relu, true, true)}, false);
        }) == "BUNDLE_INVALID");
  progress.cancelled = true;
  CHECK(encode({0, 9}, {0, 1, 2}) == "CANCELLED");
}
