// Training of a linear map over fixed vectors.
#include <doctest/doctest.h>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "tested_levels.h"
#include "train/adapter_map.h"
#include "train/pair_trainer.h"

using namespace attune;

namespace {

constexpr std::size_t kDim = 24, kPairs = 150;

// Queries are documents with their first half of dimensions mirrored,
// which a linear map can undo only by ignoring it.
std::vector<float> mirrored_vectors() {
  std::mt19937 generator(1);
  std::normal_distribution<float> normal;
  std::vector<float> vectors(2 * kPairs * kDim);
  for (std::size_t pair = 0; pair < kPairs; ++pair) {
    double squares = 0;
    for (std::size_t i = 0; i < kDim; ++i) {
      const float value = normal(generator);
      vectors[pair * kDim + i] = i < kDim / 2 ? -value : value;
      vectors[(kPairs + pair) * kDim + i] = value;
      squares += double(value) * value;
    }
    for (std::size_t i = 0; i < kDim; ++i) {
      vectors[pair * kDim + i] /= static_cast<float>(std::sqrt(squares));
      vectors[(kPairs + pair) * kDim + i] /= static_cast<float>(std::sqrt(squares));
    }
  }
  return vectors;
}

PairSet pairs_in_order() {
  PairSet pairs;
  for (std::uint32_t pair = 0; pair < kPairs; ++pair) {
    pairs.query_texts.push_back(pair);
    pairs.document_texts.push_back(static_cast<std::uint32_t>(kPairs) + pair);
    pairs.weights.push_back(1);
    pairs.query_keys.push_back(static_cast<std::int32_t>(pair));
    pairs.document_keys.push_back(static_cast<std::int32_t>(pair));
  }
  return pairs;
}

struct Run {
  Run(const Level& level, std::size_t dim_out, float decay)
      : map(level, mirrored_vectors(), kDim, dim_out, {{}, decay}),
        trainer(level, map, pairs_in_order(), 0.1f) {}
  std::vector<double> train(std::size_t steps, float rate) {
    std::vector<std::uint32_t> order;
    std::mt19937 generator(static_cast<unsigned>(map.state().step) + 1);
    for (std::size_t i = 0; i < steps * 64; ++i)
      order.push_back(static_cast<std::uint32_t>(generator() % kPairs));
    const std::vector<float> rates(steps, rate);
    Progress progress;
    return trainer.train({order, 64, rates}, progress);
  }
  AdapterMap map;
  PairTrainer trainer;
};

double size_of(const std::vector<float>& values) {
  double squares = 0;
  for (const float value : values) squares += double(value) * value;
  return std::sqrt(squares);
}

}  // namespace

TEST_CASE("an untrained adapter is the identity, of its first outputs") {
  for (const std::size_t dim_out : {kDim, kDim / 2}) {
    const std::vector<float> vectors = mirrored_vectors();
    AdapterMap map(active_level(), vectors, kDim, dim_out, {});
    const std::vector<std::uint32_t> texts = {5, 200};
    std::vector<float> unit(2 * dim_out);
    map.encode(texts, {unit.data(), 2, dim_out});
    for (std::size_t at = 0; at < 2; ++at) {
      double squares = 0;
      for (std::size_t i = 0; i < dim_out; ++i) squares += std::pow(double(vectors[texts[at] * kDim + i]), 2);
      for (std::size_t i = 0; i < dim_out; ++i) {
        CHECK(unit[at * dim_out + i] ==
              doctest::Approx(vectors[texts[at] * kDim + i] / std::sqrt(squares)).epsilon(1e-6));
      }
    }
  }
}

TEST_CASE("it learns which dimensions to ignore, at every level") {
  for (const Level& level : tested_levels()) {
    Run run(level, kDim, 0);
    const std::vector<double> losses = run.train(150, 0.02f);
    CAPTURE(level.name);
    CHECK(losses.front() > 2.0);
    CHECK(losses.back() < 0.5);
  }
}

TEST_CASE("weight decay pulls towards the identity") {
  Run free(active_level(), kDim, 0), held(active_level(), kDim, 5);
  free.train(50, 0.02f);
  held.train(50, 0.02f);
  CHECK(size_of(held.map.state().weights) < 0.8 * size_of(free.map.state().weights));
}

TEST_CASE("resumes to the bit") {
  Run straight(active_level(), kDim, 0.1f), first(active_level(), kDim, 0.1f),
      second(active_level(), kDim, 0.1f);
  straight.train(10, 0.02f);
  straight.train(10, 0.02f);
  first.train(10, 0.02f);
  second.map.restore(first.map.state());
  second.train(10, 0.02f);
  CHECK(straight.map.state().weights == second.map.state().weights);
}

TEST_CASE("a state of another shape is refused") {
  Run run(active_level(), kDim, 0);
  CHECK_THROWS_AS(run.map.restore({std::vector<float>(3), {}, {}, 0}), Error);
  CHECK_THROWS_AS(AdapterMap(active_level(), std::vector<float>(25), kDim, kDim, {}), Error);
}
