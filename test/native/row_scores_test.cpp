// Scores of given rows: to the bit those that a search finds, at every level this CPU runs.
#include "indexes/row_scores.h"

#include <doctest/doctest.h>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "indexes/flat_index.h"
#include "random_values.h"
#include "tested_levels.h"

using namespace attune;

namespace {

constexpr Metric kMetrics[] = {Metric::cosine, Metric::inner_product, Metric::l2};

struct Lists {
  std::vector<std::int32_t> rows;
  std::vector<std::uint32_t> offsets = {0};

  void add(const std::vector<std::int32_t>& list) {
    rows.insert(rows.end(), list.begin(), list.end());
    offsets.push_back(std::uint32_t(rows.size()));
  }
};

std::vector<float> scores_of(const FlatSnapshot& snapshot, const std::vector<float>& queries,
                             const Lists& lists) {
  Progress progress;
  const std::vector<float> scores =
      snapshot.scores({queries.data(), queries.size() / snapshot.dim(), snapshot.dim()},
                      {lists.rows, lists.offsets}, progress);
  CHECK(progress.done == lists.rows.size());
  CHECK(progress.total == lists.rows.size());
  return scores;
}

Hits search(const FlatSnapshot& snapshot, const std::vector<float>& queries, std::size_t k) {
  Progress progress;
  return snapshot.search({queries.data(), queries.size() / snapshot.dim(), snapshot.dim()}, k, nullptr,
                         progress);
}

// -0 is not 0 here.
bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

std::string code_of(const std::function<void()>& call, std::string* message = nullptr) {
  try {
    call();
  } catch (const Error& error) {
    if (message != nullptr) *message = error.what();
    return error.code();
  }
  return "none";
}

}  // namespace

TEST_CASE("the scores are to the bit those of a search for every row, in any order, repeated and left out") {
  std::mt19937 random(1);
  for (const Level& level : tested_levels()) {
    for (const Metric metric : kMetrics) {
      for (const std::size_t dim : {1, 7, 100}) {
        for (const std::size_t count : {1, 2, 33, 64, 65, 1200}) {
          constexpr std::size_t kQueries = 4;
          FlatIndex index(dim, metric, level);
          index.add(normal_values(count * dim, 2).data(), count);
          const std::vector<float> queries = normal_values(kQueries * dim, 3);
          const FlatSnapshot snapshot = index.snapshot();
          const Hits hits = search(snapshot, queries, count);
          std::vector<float> by_row(kQueries * count);
          for (std::size_t i = 0; i < hits.rows.size(); ++i)
            by_row[i / count * count + std::size_t(hits.rows[i])] = hits.scores[i];

          Lists lists;
          std::vector<float> expected;
          for (std::size_t q = 0; q < kQueries; ++q) {
            std::vector<std::int32_t> list(q % 3 == 1 ? 0 : 1 + random() % (2 * count));
            for (std::int32_t& row : list) row = std::int32_t(random() % count);
            for (const std::int32_t row : list) expected.push_back(by_row[q * count + std::size_t(row)]);
            lists.add(list);
          }
          CAPTURE(level.name);
          CAPTURE(name_of_metric(metric));
          CAPTURE(dim);
          CAPTURE(count);
          CHECK(same_bits(scores_of(snapshot, queries, lists), expected));
        }
      }
    }
  }
}

TEST_CASE("the scores are to the bit those of a screened search, over more rows than one item holds") {
  constexpr std::size_t kDim = 64, kCount = 9000, kQueries = 12, kBest = 500;
  for (const Level& level : tested_levels()) {
    for (const Metric metric : kMetrics) {
      FlatIndex index(kDim, metric, level);
      index.add(normal_values(kCount * kDim, 4).data(), kCount);
      const std::vector<float> queries = normal_values(kQueries * kDim, 5);
      const FlatSnapshot snapshot = index.snapshot();
      const Hits hits = search(snapshot, queries, kBest);
      Lists lists{.rows = hits.rows};
      for (std::size_t q = 1; q <= kQueries; ++q) lists.offsets.push_back(std::uint32_t(q * kBest));
      CAPTURE(level.name);
      CAPTURE(name_of_metric(metric));
      CHECK(same_bits(scores_of(snapshot, queries, lists), hits.scores));
    }
  }
}

TEST_CASE("one long list among empty ones is scored whole") {
  constexpr std::size_t kDim = 16, kCount = 20'000;
  FlatIndex index(kDim, Metric::l2);
  index.add(normal_values(kCount * kDim, 6).data(), kCount);
  const std::vector<float> queries = normal_values(5 * kDim, 7);
  std::vector<std::int32_t> all(kCount);
  std::iota(all.begin(), all.end(), 0);
  Lists lists;
  for (const bool is_empty : {true, true, false, true, true})
    lists.add(is_empty ? std::vector<std::int32_t>() : all);
  const std::vector<float> got = scores_of(index.snapshot(), queries, lists);
  const Hits hits =
      search(index.snapshot(), {queries.begin() + 2 * kDim, queries.begin() + 3 * kDim}, kCount);
  std::vector<float> expected(kCount);
  for (std::size_t i = 0; i < kCount; ++i) expected[std::size_t(hits.rows[i])] = hits.scores[i];
  CHECK(same_bits(got, expected));
}

TEST_CASE("nothing asked is nothing answered, of an empty index too") {
  const FlatIndex index(3, Metric::cosine);
  CHECK(scores_of(index.snapshot(), {}, Lists()).empty());
  CHECK(scores_of(index.snapshot(), {1, 2, 3, 4, 5, 6}, Lists{.rows = {}, .offsets = {0, 0, 0}}).empty());
}

TEST_CASE("rows that came after the snapshot do not exist for it") {
  FlatIndex index(1, Metric::inner_product);
  const float values[] = {1.0f, 2.0f};
  index.add(values, 1);
  const FlatSnapshot before = index.snapshot();
  index.add(values + 1, 1);
  const Lists lists{.rows = {1}, .offsets = {0, 1}};
  CHECK(scores_of(index.snapshot(), {3}, lists) == std::vector<float>{6});
  CHECK(code_of([&] { scores_of(before, {3}, lists); }) == "INVALID_ARGUMENT");
}

TEST_CASE("zero vectors score 0 under cosine") {
  FlatIndex index(2, Metric::cosine);
  const float rows[] = {0, 0, 3, 4};
  index.add(rows, 2);
  const Lists lists{.rows = {0, 1, 1, 0}, .offsets = {0, 2, 4}};
  CHECK(scores_of(index.snapshot(), {6, 8, 0, 0}, lists) == std::vector<float>{0, 1, 0, 0});
}

TEST_CASE("wrong arguments are refused") {
  FlatIndex index(2, Metric::l2);
  const std::vector<float> rows = normal_values(2 * 10, 8);
  index.add(rows.data(), 10);
  const FlatSnapshot snapshot = index.snapshot();
  const std::vector<float> queries = {1, 2, 3, 4};
  std::string message;
  const auto refused = [&](const Lists& lists) {
    return code_of([&] { scores_of(snapshot, queries, lists); }, &message);
  };
  CHECK(refused({.rows = {0, 9}, .offsets = {0, 1, 2}}) == "none");

  for (const std::int32_t row : {-1, 10, 2147483647, -2147483647 - 1}) {
    CHECK(refused({.rows = {0, row}, .offsets = {0, 1, 2}}) == "INVALID_ARGUMENT");
    CHECK(message.find("entry 1 is " + std::to_string(row)) != std::string::npos);
  }
  // Too few or too many offsets, offsets that begin late, end early or late, or fall.
  const std::vector<std::uint32_t> wrong[] = {
      {},        {0},       {0, 2},    {0, 1, 1, 2}, {1, 1, 2},
      {0, 1, 1}, {0, 1, 3}, {0, 3, 2}, {2, 0, 2},    {0, 4'294'967'295, 2}};
  for (const std::vector<std::uint32_t>& offsets : wrong)
    CHECK(refused({.rows = {0, 1}, .offsets = offsets}) == "INVALID_ARGUMENT");

  Progress progress;
  const std::vector<std::int32_t> no_rows;
  const std::vector<std::uint32_t> no_offsets = {0, 0};
  const std::vector<float> other_dim(3);
  CHECK(code_of([&] { snapshot.scores({other_dim.data(), 1, 3}, {no_rows, no_offsets}, progress); }) ==
        "DIMENSION_MISMATCH");
  const std::vector<float> not_finite = {1, 2, 3, NAN};
  CHECK(code_of([&] { scores_of(snapshot, not_finite, {.rows = {0}, .offsets = {0, 1, 1}}); }, &message) ==
        "NOT_FINITE");
  CHECK(message.find("row 1 holds NaN") != std::string::npos);
}

TEST_CASE("scoring can be cancelled") {
  FlatIndex index(8, Metric::cosine);
  const std::vector<float> rows = normal_values(8 * 100, 9);
  index.add(rows.data(), 100);
  const Lists lists{.rows = {1, 2, 3}, .offsets = {0, 3}};
  Progress progress;
  progress.cancelled = true;
  CHECK(code_of([&] {
          index.snapshot().scores({rows.data(), 1, 8}, {lists.rows, lists.offsets}, progress);
        }) == "CANCELLED");
}
