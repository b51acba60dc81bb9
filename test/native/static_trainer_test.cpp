// Training of a static table: against a plain twin in double,
// to the bit for any number of threads, and resumed.
#include <doctest/doctest.h>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <string>

#include "bits_of_threads.h"
#include "random_values.h"
#include "tested_levels.h"
#include "train/distiller.h"
#include "train/static_table.h"

using namespace attune;

namespace {

constexpr std::size_t kVocabulary = 60, kDim = 20, kTexts = 90, kPairs = 200;

TokenizedTexts random_texts(unsigned seed) {
  std::mt19937 generator(seed);
  TokenizedTexts texts;
  texts.offsets.push_back(0);
  for (std::size_t text = 0; text < kTexts; ++text) {
    const std::size_t tokens = text == 3 ? 0 : 1 + generator() % 6;  // one text has nothing to encode
    for (std::size_t i = 0; i < tokens; ++i)
      texts.ids.push_back(static_cast<std::int32_t>(generator() % (kVocabulary - 5)));
    texts.offsets.push_back(static_cast<std::uint32_t>(texts.ids.size()));
  }
  return texts;
}

PairSet random_pairs(unsigned seed) {
  std::mt19937 generator(seed);
  PairSet pairs;
  for (std::size_t pair = 0; pair < kPairs; ++pair) {
    pairs.query_texts.push_back(static_cast<std::uint32_t>(generator() % 40));
    pairs.document_texts.push_back(static_cast<std::uint32_t>(40 + generator() % 50));
    pairs.weights.push_back(static_cast<float>(1 + generator() % 3));
    pairs.query_keys.push_back(static_cast<std::int32_t>(pairs.query_texts.back()));
    pairs.document_keys.push_back(static_cast<std::int32_t>(pairs.document_texts.back()));
  }
  return pairs;
}

// The same pairs with none to six documents, of any query's, that are said not to answer each query.
PairSet pairs_with_negatives(unsigned seed) {
  PairSet pairs = random_pairs(seed);
  std::mt19937 generator(seed + 1);
  NamedNegatives& negatives = pairs.negatives;
  negatives.offsets.push_back(0);
  for (std::uint32_t query = 0; query < 40; ++query) {
    for (std::uint32_t count = query % 7; count > 0; --count) {
      negatives.texts.push_back(static_cast<std::uint32_t>(40 + generator() % 50));
      negatives.document_keys.push_back(static_cast<std::int32_t>(negatives.texts.back()));
    }
    negatives.offsets.push_back(static_cast<std::uint32_t>(negatives.texts.size()));
  }
  return pairs;
}

std::vector<std::uint32_t> shuffled(std::size_t count, unsigned seed) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  std::shuffle(order.begin(), order.end(), std::mt19937(seed));
  return order;
}

struct Run {
  explicit Run(const Level& level, PairSet pairs = random_pairs(3))
      : table(level, normal_values(kVocabulary * kDim, 1), kDim, random_texts(2), AdamOptions()),
        trainer(level, table, std::move(pairs), 0.1f) {}
  std::vector<double> train(std::span<const std::uint32_t> order, std::span<const float> rates,
                            std::size_t epoch = 0) {
    Progress progress;
    return trainer.train({order, 32, rates, epoch}, progress);
  }
  StaticTable table;
  PairTrainer trainer;
};

// The loss of a batch by its definition, in double: the documents of its pairs stand against every query, and so
// do the negatives of its queries, at most four a pair, whose texts are no document of the batch yet.
double twin_loss(const std::vector<double>& table, const PairSet& pairs, std::span<const std::uint32_t> batch,
                 std::size_t epoch) {
  const TokenizedTexts texts = random_texts(2);
  std::vector<std::vector<double>> unit(kTexts, std::vector<double>(kDim));
  for (std::size_t text = 0; text < kTexts; ++text) {
    double squares = 0;
    for (const std::int32_t id : texts.of(text)) {
      for (std::size_t i = 0; i < kDim; ++i) unit[text][i] += table[static_cast<std::size_t>(id) * kDim + i];
    }
    for (const double value : unit[text]) squares += value * value;
    for (double& value : unit[text]) value = squares > 0 ? value / std::sqrt(squares) : 0;
  }
  std::vector<std::uint32_t> documents;
  for (const std::uint32_t pair : batch) documents.push_back(pairs.document_texts[pair]);
  for (const std::uint32_t pair : batch) {
    const auto query = static_cast<std::size_t>(pairs.query_keys[pair]);
    if (pairs.negatives.offsets.empty()) break;
    const std::uint32_t begin = pairs.negatives.offsets[query],
                        count = pairs.negatives.offsets[query + 1] - begin;
    for (std::size_t n = 0; n < std::min<std::size_t>(count, 4); ++n) {
      const std::uint32_t text = pairs.negatives.texts[begin + (4 * (pair + epoch) + n) % count];
      if (std::find(documents.begin(), documents.end(), text) == documents.end()) documents.push_back(text);
    }
  }
  const auto logit = [&](std::size_t i, std::size_t j) {
    const auto& query = unit[pairs.query_texts[batch[i]]];
    return std::inner_product(query.begin(), query.end(), unit[documents[j]].begin(), 0.0) / 0.1;
  };
  const auto masked = [&](std::size_t i, std::size_t j) {
    return i != j && ((j < batch.size() && pairs.query_keys[batch[i]] == pairs.query_keys[batch[j]]) ||
                      documents[i] == documents[j]);
  };
  double sum = 0, total = 0;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    double row = 0, column = 0;
    for (std::size_t j = 0; j < documents.size(); ++j)
      if (!masked(i, j)) row += std::exp(logit(i, j));
    for (std::size_t j = 0; j < batch.size(); ++j)
      if (!masked(j, i)) column += std::exp(logit(j, i));
    const double weight = pairs.weights[batch[i]];
    sum += weight * (std::log(row) + std::log(column) - 2 * logit(i, i));
    total += weight;
  }
  return sum / (2 * total);
}

}  // namespace

// Moving every entry of the table along its own gradient by central differences of the whole forward pass
// would need the gradients; a first Adam step hides their size but not their sign, so the twin checks signs
// and an average the sizes.
TEST_CASE("a step moves every token against the slope of the loss, and leaves the others") {
  for (const PairSet& pairs : {random_pairs(3), pairs_with_negatives(3)}) {
    const std::size_t epoch = 5;
    Run run(active_level(), pairs);
    const std::vector<float> before = run.table.state().weights;
    const std::vector<std::uint32_t> order = shuffled(kPairs, 4);
    const std::span<const std::uint32_t> batch = std::span(order).first(32);
    const std::vector<float> rates = {1e-4f};
    const double reported = run.train(batch, rates, epoch)[0];
    const std::vector<float> after = run.table.state().weights;

    const TokenizedTexts texts = random_texts(2);
    std::vector<double> table(before.begin(), before.end());
    const auto loss = [&] { return twin_loss(table, pairs, batch, epoch); };
    CHECK(reported == doctest::Approx(loss()).epsilon(1e-5));
    std::vector<bool> used(kVocabulary);
    const auto use = [&](std::uint32_t text) {
      for (const std::int32_t id : texts.of(text)) used[static_cast<std::size_t>(id)] = true;
    };
    for (const std::uint32_t pair : batch) {
      use(pairs.query_texts[pair]);
      use(pairs.document_texts[pair]);
    }
    for (const std::uint32_t text : pairs.negatives.texts) use(text);
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (!used[i / kDim]) {
        REQUIRE(after[i] == before[i]);
        continue;
      }
      const double value = table[i];
      table[i] = value + 1e-5;
      const double above = loss();
      table[i] = value - 1e-5;
      const double slope = (above - loss()) / 2e-5;
      table[i] = value;
      if (std::abs(slope) > 1e-5) REQUIRE((after[i] < before[i]) == (slope > 0));
    }
    CHECK(run.table.state().step == 1);
  }
}

TEST_CASE("a query's negatives take turns over its pairs and the epochs, each at most once in a batch") {
  // Query 0 is answered by text 1 and not by texts 2 to 7; tokens are texts.
  TokenizedTexts texts;
  for (std::int32_t token = 0; token < 8; ++token) {
    texts.offsets.push_back(static_cast<std::uint32_t>(token));
    texts.ids.push_back(token);
  }
  texts.offsets.push_back(8);
  PairSet pairs;
  for (int pair = 0; pair < 2; ++pair) {
    pairs.query_texts.push_back(0);
    pairs.document_texts.push_back(1);
    pairs.weights.push_back(1);
    pairs.query_keys.push_back(0);
    pairs.document_keys.push_back(1);
  }
  pairs.negatives = {{0, 6}, {2, 3, 4, 5, 6, 7}, {2, 3, 4, 5, 6, 7}};
  const auto moved = [&](std::vector<std::uint32_t> batch, std::size_t epoch) {
    const std::vector<float> values = normal_values(8 * kDim, 1);
    StaticTable table(active_level(), values, kDim, texts, AdamOptions());
    PairTrainer trainer(active_level(), table, pairs, 0.1f);
    Progress progress;
    trainer.train({batch, batch.size(), std::vector<float>{0.01f}, epoch}, progress);
    const std::vector<float> after = table.state().weights;
    std::vector<std::size_t> tokens;
    for (std::size_t token = 2; token < 8; ++token)
      if (!std::equal(values.begin() + static_cast<std::ptrdiff_t>(token * kDim),
                      values.begin() + static_cast<std::ptrdiff_t>((token + 1) * kDim),
                      after.begin() + static_cast<std::ptrdiff_t>(token * kDim)))
        tokens.push_back(token);
    return tokens;
  };
  using Tokens = std::vector<std::size_t>;
  CHECK(moved({0}, 0) == Tokens{2, 3, 4, 5});
  CHECK(moved({0}, 1) == Tokens{2, 3, 6, 7});
  CHECK(moved({1}, 0) == Tokens{2, 3, 6, 7});
  CHECK(moved({0, 1}, 0) == Tokens{2, 3, 4, 5, 6, 7});
}

TEST_CASE("the reported loss is that of the definition") {
  Run run(active_level());
  const std::vector<std::uint32_t> one = {7};
  const std::vector<float> rates = {0.01f};
  CHECK(run.train(one, rates)[0] == doctest::Approx(0.0));  // one pair has no negatives
}

TEST_CASE("ten steps, a saved state and ten more have the bits of twenty") {
  const std::vector<std::uint32_t> order = [] {
    std::vector<std::uint32_t> both = shuffled(kPairs, 4), second = shuffled(kPairs, 5);
    both.insert(both.end(), second.begin(), second.end());
    both.insert(both.end(), both.begin(), both.end());
    both.resize(640);
    return both;
  }();
  std::vector<float> rates;
  for (int step = 0; step < 20; ++step) rates.push_back(0.05f * static_cast<float>(20 - step) / 20.0f);
  for (const Level& level : tested_levels()) {
    const PairSet pairs = pairs_with_negatives(3);
    Run straight(level, pairs), first(level, pairs), second(level, pairs);
    straight.train(order, rates);
    first.train(std::span(order).first(320), std::span(rates).first(10));
    second.table.restore(first.table.state());
    second.train(std::span(order).subspan(320), std::span(rates).subspan(10));
    const TrainingState left = straight.table.state(), right = second.table.state();
    CHECK(straight.table.state().weights == second.table.state().weights);
    CHECK(left.first_moments == right.first_moments);
    CHECK(left.second_moments == right.second_moments);
    CHECK(left.step == 20);
  }
}

TEST_CASE("it learns: pairs that share no token come together") {
  // Query text i has token i, its document token 30 + i.
  TokenizedTexts texts;
  PairSet pairs;
  texts.offsets.push_back(0);
  for (std::int32_t token = 0; token < 60; ++token) {
    texts.ids.push_back(token);
    texts.offsets.push_back(static_cast<std::uint32_t>(texts.ids.size()));
  }
  for (std::int32_t i = 0; i < 30; ++i) {
    pairs.query_texts.push_back(static_cast<std::uint32_t>(i));
    pairs.document_texts.push_back(static_cast<std::uint32_t>(30 + i));
    pairs.weights.push_back(1);
    pairs.query_keys.push_back(i);
    pairs.document_keys.push_back(i);
  }
  StaticTable table(active_level(), normal_values(60 * kDim, 1), kDim, texts, AdamOptions());
  PairTrainer trainer(active_level(), table, pairs, 0.1f);
  std::vector<std::uint32_t> order;
  for (unsigned epoch = 0; epoch < 60; ++epoch) {
    const std::vector<std::uint32_t> one = shuffled(30, epoch);
    order.insert(order.end(), one.begin(), one.end());
  }
  const std::vector<float> rates(60, 0.05f);
  Progress progress;
  const std::vector<double> losses = trainer.train({order, 30, rates}, progress);
  CHECK(losses.front() > 2.0);
  CHECK(losses.back() < 0.05);
  CHECK(progress.done == 60);
}

TEST_CASE("it learns given vectors") {
  StaticTable table(active_level(), normal_values(kVocabulary * kDim, 1), kDim, random_texts(2),
                    AdamOptions());
  // Targets that a table can give: those of another table.
  StaticTable other(active_level(), normal_values(kVocabulary * kDim, 9), kDim, random_texts(2),
                    AdamOptions());
  std::vector<std::uint32_t> all(kTexts);
  std::iota(all.begin(), all.end(), 0u);
  std::vector<float> targets(kTexts * kDim);
  other.encode(all, {targets.data(), kTexts, kDim});
  Distiller distiller(table, targets, std::vector<float>(kTexts, 1.0f));
  std::vector<std::uint32_t> order;
  for (unsigned epoch = 0; epoch < 100; ++epoch) order.insert(order.end(), all.begin(), all.end());
  const std::vector<float> rates(300, 0.05f);
  Progress progress;
  const std::vector<double> losses = distiller.train({order, 30, rates}, progress);
  CHECK(losses.front() > 0.5);
  CHECK(losses.back() < 0.1);
}

TEST_CASE("cancelled work stops between steps") {
  Run run(active_level());
  const std::vector<std::uint32_t> order = shuffled(kPairs, 4);
  const std::vector<float> rates(7, 0.01f);
  Progress progress;
  progress.cancelled = true;
  CHECK_THROWS_AS(run.trainer.train({order, 32, rates}, progress), Error);
  CHECK(run.table.state().step == 0);
}

TEST_CASE("a loss that is not a number ends the training, and nothing was learned from it") {
  const std::vector<float> bad(kVocabulary * kDim, std::nanf(""));
  StaticTable table(active_level(), bad, kDim, random_texts(2), AdamOptions());
  PairTrainer trainer(active_level(), table, random_pairs(3), 0.1f);
  const std::vector<std::uint32_t> order = shuffled(32, 4);
  const std::vector<float> rates = {0.01f};
  Progress progress;
  try {
    trainer.train({order, 32, rates}, progress);
    FAIL("expected TRAINING_DIVERGED");
  } catch (const Error& error) {
    CHECK(std::string(error.code()) == "TRAINING_DIVERGED");
  }
  CHECK(table.state().step == 0);
}

TEST_CASE("pairs and texts that do not fit are refused") {
  TokenizedTexts texts = random_texts(2);
  texts.ids[5] = static_cast<std::int32_t>(kVocabulary);
  CHECK_THROWS_AS(
      StaticTable(active_level(), normal_values(kVocabulary * kDim, 1), kDim, texts, AdamOptions()), Error);
  StaticTable table(active_level(), normal_values(kVocabulary * kDim, 1), kDim, random_texts(2),
                    AdamOptions());
  PairSet pairs = random_pairs(3);
  pairs.query_texts[0] = kTexts;
  CHECK_THROWS_AS(PairTrainer(active_level(), table, pairs, 0.1f), Error);
  pairs = random_pairs(3);
  pairs.weights.pop_back();
  CHECK_THROWS_AS(PairTrainer(active_level(), table, pairs, 0.1f), Error);
  pairs = pairs_with_negatives(3);
  pairs.negatives.texts[0] = kTexts;
  CHECK_THROWS_AS(PairTrainer(active_level(), table, pairs, 0.1f), Error);
  pairs = pairs_with_negatives(3);
  pairs.negatives.document_keys.pop_back();
  CHECK_THROWS_AS(PairTrainer(active_level(), table, pairs, 0.1f), Error);
  pairs = pairs_with_negatives(3);
  std::swap(pairs.negatives.offsets[2], pairs.negatives.offsets[7]);
  CHECK_THROWS_AS(PairTrainer(active_level(), table, pairs, 0.1f), Error);
  pairs = pairs_with_negatives(3);
  pairs.negatives.texts.pop_back();
  CHECK_THROWS_AS(PairTrainer(active_level(), table, pairs, 0.1f), Error);
}

TEST_CASE("results have the same bits for any number of threads") {
  Run run(active_level(), pairs_with_negatives(3));
  std::vector<std::uint32_t> order;
  std::mt19937 generator(6);
  for (int i = 0; i < 2000; ++i) order.push_back(static_cast<std::uint32_t>(generator() % kPairs));
  const std::vector<float> rates(4, 0.05f);
  Progress progress;
  run.trainer.train({order, 500, rates}, progress);
  check_bits_of_threads(run.table.state().weights);
}
