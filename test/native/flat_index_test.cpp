// Exact search against brute force in double, at every level this CPU runs.
#include "indexes/flat_index.h"

#include <doctest/doctest.h>
#include <algorithm>
#include <atomic>
#include <cfloat>
#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "random_values.h"
#include "tested_levels.h"

using namespace attune;

namespace {

constexpr Metric kMetrics[] = {Metric::cosine, Metric::inner_product, Metric::l2};

struct Exact {
  double score, error;  // the error that float32 arithmetic is allowed
};

// The bounds of distance_test, and for cosine the rounding of both vectors when they are scaled.
Exact exact_score(Metric metric, const float* a, const float* b, std::size_t dim) {
  double product = 0.0, magnitude = 0.0, a_squared = 0.0, b_squared = 0.0, distance = 0.0;
  for (std::size_t k = 0; k < dim; ++k) {
    product += double(a[k]) * b[k];
    magnitude += std::abs(double(a[k]) * b[k]);
    a_squared += double(a[k]) * a[k];
    b_squared += double(b[k]) * b[k];
    distance += (double(a[k]) - b[k]) * (double(a[k]) - b[k]);
  }
  const double scale = std::sqrt(a_squared * b_squared);
  if (metric == Metric::l2) return {-distance, double(dim + 2) * FLT_EPSILON * distance};
  if (metric == Metric::inner_product) return {product, double(dim) * FLT_EPSILON * magnitude};
  return scale == 0.0 ? Exact{0.0, 0.0}
                      : Exact{product / scale, double(dim + 2) * FLT_EPSILON * magnitude / scale};
}

Hits search(const FlatIndex& index, const std::vector<float>& queries, std::size_t k,
            const RowSet* allowed = nullptr) {
  Progress progress;
  return index.snapshot().search({queries.data(), queries.size() / index.dim(), index.dim()}, k, allowed,
                                 progress);
}

bool is_allowed(const RowSet* allowed, std::size_t row) {
  return allowed == nullptr || (row / 32 < allowed->size() && ((*allowed)[row / 32] >> row % 32 & 1) != 0);
}

// Every score is right, the order is right, and no row that was left out is better than one that answers.
void check_hits(const Hits& hits, Metric metric, const std::vector<float>& rows,
                const std::vector<float>& queries, std::size_t dim, std::size_t k, const RowSet* allowed) {
  const std::size_t count = rows.size() / dim, query_count = queries.size() / dim;
  REQUIRE(hits.rows.size() == query_count * k);
  REQUIRE(hits.scores.size() == query_count * k);
  std::size_t wrong = 0;
  for (std::size_t q = 0; q < query_count; ++q) {
    std::vector<bool> answered(count);
    std::size_t expected = 0;
    for (std::size_t row = 0; row < count; ++row) expected += is_allowed(allowed, row);
    expected = std::min(expected, k);
    for (std::size_t i = 0; i < k; ++i) {
      const std::int32_t row = hits.rows[q * k + i];
      const float score = hits.scores[q * k + i];
      if (i >= expected) {
        wrong += row != -1 || score != -INFINITY;
        continue;
      }
      if (row < 0 || std::size_t(row) >= count) {
        ++wrong;
        continue;
      }
      wrong += !is_allowed(allowed, std::size_t(row)) || answered[std::size_t(row)];
      answered[std::size_t(row)] = true;
      const Exact exact =
          exact_score(metric, queries.data() + q * dim, rows.data() + std::size_t(row) * dim, dim);
      wrong += std::abs(score - exact.score) > exact.error;
      if (i > 0) {
        const float before = hits.scores[q * k + i - 1];
        wrong += before < score || (before == score && hits.rows[q * k + i - 1] >= row);
      }
    }
    if (expected == 0) continue;
    const float worst = hits.scores[q * k + expected - 1];
    for (std::size_t row = 0; row < count; ++row) {
      if (answered[row] || !is_allowed(allowed, row)) continue;
      const Exact exact = exact_score(metric, queries.data() + q * dim, rows.data() + row * dim, dim);
      wrong += exact.score - exact.error > worst;
    }
  }
  CHECK(wrong == 0);  // once: a check costs more than what it checks here
}

std::string message_of(const std::function<void()>& call, const char* code) {
  try {
    call();
  } catch (const Error& error) {
    CHECK(std::string(error.code()) == code);
    return error.what();
  }
  FAIL("no error was thrown");
  return "";
}

}  // namespace

TEST_CASE("every level finds the exact answers, whatever the sizes and the filter") {
  for (const Level& level : tested_levels()) {
    for (const Metric metric : kMetrics) {
      for (const std::size_t dim : {1, 7, 64}) {
        for (const std::size_t count : {0, 1, 31, 32, 33, 500}) {
          const std::vector<float> rows = normal_values(count * dim, 1);
          RowSet half(count / 32 / 2 + 1);  // shorter than the rows: those beyond it may not answer
          std::mt19937 generator(2);
          for (std::uint32_t& word : half) word = std::uint32_t(generator());
          FlatIndex index(dim, metric, level);
          index.add(rows.data(), count);
          CHECK(index.count() == count);
          for (const std::size_t queries : {1, 3, 5, 29}) {
            const std::vector<float> asked = normal_values(queries * dim, 3);
            for (const std::size_t k : {1, 10, 600}) {
              CAPTURE(level.name);
              CAPTURE(name_of_metric(metric));
              CAPTURE(dim);
              CAPTURE(count);
              CAPTURE(queries);
              CAPTURE(k);
              check_hits(search(index, asked, k), metric, rows, asked, dim, k, nullptr);
              check_hits(search(index, asked, k, &half), metric, rows, asked, dim, k, &half);
            }
          }
        }
      }
    }
  }
}

TEST_CASE("an index cut into many items, and blocks of queries, finds the exact answers") {
  constexpr std::size_t kDim = 96, kCount = 5'000, kQueries = 1'000;
  const std::vector<float> rows = normal_values(kCount * kDim, 4),
                           queries = normal_values(kQueries * kDim, 5);
  for (const Metric metric : kMetrics) {
    FlatIndex index(kDim, metric);
    index.add(rows.data(), kCount);
    const Hits together = search(index, queries, 20);
    for (std::size_t q = 0; q < kQueries; q += 500) {  // brute force in double is slow
      const std::vector<float> query(queries.begin() + std::ptrdiff_t(q * kDim),
                                     queries.begin() + std::ptrdiff_t((q + 1) * kDim));
      const Hits alone = search(index, query, 20);
      check_hits(alone, metric, rows, query, kDim, 20, nullptr);
      // The same bits as in the batch of all.
      CHECK(std::equal(alone.rows.begin(), alone.rows.end(), together.rows.begin() + std::ptrdiff_t(q * 20)));
      CHECK(std::equal(alone.scores.begin(), alone.scores.end(),
                       together.scores.begin() + std::ptrdiff_t(q * 20)));
    }
  }
}

TEST_CASE("equal scores come in the order of their rows, whichever item finds them") {
  constexpr std::size_t kDim = 64, kCount = 40'000;
  const std::vector<float> one = normal_values(kDim, 6);
  std::vector<float> rows;
  for (std::size_t row = 0; row < kCount; ++row) rows.insert(rows.end(), one.begin(), one.end());
  for (const Level& level : tested_levels()) {
    for (const Metric metric : kMetrics) {
      FlatIndex index(kDim, metric, level);
      index.add(rows.data(), kCount);
      const Hits hits = search(index, one, 100);
      std::vector<std::int32_t> expected(100);
      std::iota(expected.begin(), expected.end(), 0);
      CAPTURE(level.name);
      CAPTURE(name_of_metric(metric));
      CHECK(hits.rows == expected);
      CHECK(hits.scores.front() == hits.scores.back());
    }
  }
}

TEST_CASE("rows added one by one are found as if they had come together") {
  constexpr std::size_t kDim = 5, kCount = 203;
  const std::vector<float> rows = normal_values(kCount * kDim, 7), queries = normal_values(9 * kDim, 8);
  for (const Level& level : tested_levels()) {
    FlatIndex together(kDim, Metric::cosine, level), alone(kDim, Metric::cosine, level);
    together.add(rows.data(), kCount);
    for (std::size_t row = 0; row < kCount; ++row) alone.add(rows.data() + row * kDim, 1);
    const Hits expected = search(together, queries, 30), got = search(alone, queries, 30);
    CHECK(got.rows == expected.rows);
    CHECK(got.scores == expected.scores);
  }
}

TEST_CASE("a vector that ascends in every row keeps the last ones") {
  std::vector<float> rows(30'000);
  std::iota(rows.begin(), rows.end(), 0.0f);
  FlatIndex index(1, Metric::inner_product);
  index.add(rows.data(), rows.size());
  CHECK(search(index, {1.0f}, 3).rows == std::vector<std::int32_t>{29'999, 29'998, 29'997});
}

TEST_CASE("zero vectors score 0 under cosine, tiny and huge ones as any other") {
  FlatIndex index(2, Metric::cosine);
  const std::vector<float> rows = {0.0f, 0.0f, 3e38f, 3e38f, 1e-42f, -1e-42f};
  index.add(rows.data(), 3);
  const Hits hits = search(index, {1e-40f, 0.0f, 0.0f, 0.0f}, 3);
  CHECK(hits.rows == std::vector<std::int32_t>{1, 2, 0, 0, 1, 2});
  CHECK(hits.scores[0] == doctest::Approx(std::sqrt(0.5)));
  CHECK(hits.scores[1] == doctest::Approx(std::sqrt(0.5)).epsilon(1e-3));  // 1e-42 itself has few digits
  for (std::size_t i = 2; i < 6; ++i) CHECK(hits.scores[i] == 0.0f);
}

TEST_CASE("what is not finite, or could make scores that are not, is refused by row, and nothing is added") {
  std::vector<float> rows(300 * 4, 1.0f);
  FlatIndex index(4, Metric::inner_product);
  index.add(rows.data(), 100);
  rows[217 * 4 + 2] = NAN;
  rows[299 * 4] = INFINITY;
  const std::string message = message_of([&] { index.add(rows.data(), 300); }, "NOT_FINITE");
  CHECK(message.find("row 217 holds NaN in column 2") != std::string::npos);
  CHECK(index.count() == 100);
  CHECK(search(index, {1, 1, 1, 1}, 200).rows[100] == -1);

  const std::vector<float> queries = {1, 1, 1, 1, 1, 1, 1, -INFINITY};
  CHECK(message_of([&] { search(index, queries, 1); }, "NOT_FINITE").find("row 1 holds an infinity") !=
        std::string::npos);
  const std::vector<float> too_long = {1e19f, 0, 0, 0};
  CHECK(message_of([&] { index.add(too_long.data(), 1); }, "NOT_FINITE").find("longer") != std::string::npos);
  const std::vector<float> longest = {9e18f, 0, 0, 0};
  index.add(longest.data(), 1);
  CHECK(std::isfinite(search(index, longest, 1).scores[0]));
}

TEST_CASE("wrong arguments are refused") {
  message_of([] { FlatIndex(0, Metric::l2); }, "INVALID_ARGUMENT");
  message_of([] { FlatIndex(65'537, Metric::l2); }, "INVALID_ARGUMENT");
  message_of([] { metric_of_name("euclid"); }, "INVALID_ARGUMENT");
  const FlatIndex index(4, Metric::l2);
  message_of([&] { search(index, {1, 1, 1, 1}, 0); }, "INVALID_ARGUMENT");
  message_of([&] { search(index, {1, 1, 1, 1}, std::size_t{1} << 60); }, "INVALID_ARGUMENT");
  Progress progress;
  const std::vector<float> query(5);
  message_of([&] { index.snapshot().search({query.data(), 1, 5}, 1, nullptr, progress); },
             "DIMENSION_MISMATCH");
}

TEST_CASE("a search can be cancelled, and reports how far it is") {
  FlatIndex index(8, Metric::l2);
  const std::vector<float> rows = normal_values(8 * 1000, 9);
  index.add(rows.data(), 1000);
  Progress progress;
  index.snapshot().search({rows.data(), 10, 8}, 3, nullptr, progress);
  CHECK(progress.total > 0);
  CHECK(progress.done == progress.total);
  progress.cancelled = true;
  message_of([&] { index.snapshot().search({rows.data(), 10, 8}, 3, nullptr, progress); }, "CANCELLED");
}

TEST_CASE("searches and adds beside each other are safe, and a snapshot does not change") {
  constexpr std::size_t kDim = 16, kCount = 3000;
  const std::vector<float> rows = normal_values(kCount * kDim, 10);
  FlatIndex index(kDim, Metric::cosine);
  index.add(rows.data(), 1);
  std::atomic<bool> ended = false;
  std::vector<std::thread> searchers;
  std::atomic<int> wrong = 0, searches = 0;
  for (int thread = 0; thread < 3; ++thread) {
    searchers.emplace_back([&] {
      while (!ended) {
        const FlatSnapshot snapshot = index.snapshot();
        const std::size_t last = snapshot.count() - 1;
        Progress progress;
        const ConstMatrix query(rows.data() + last * kDim, 1, kDim);
        const Hits first = snapshot.search(query, 5, nullptr, progress),
                   second = snapshot.search(query, 5, nullptr, progress);
        // Its own row is the nearest, and what is added meanwhile does not answer.
        if (std::size_t(first.rows[0]) != last || first.rows != second.rows) ++wrong;
        ++searches;
      }
    });
  }
  while (searches < 3) std::this_thread::yield();
  for (std::size_t row = 1; row < kCount; row += 7)
    index.add(rows.data() + row * kDim, std::min<std::size_t>(7, kCount - row));
  ended = true;
  for (std::thread& thread : searchers) thread.join();
  CHECK(index.count() == kCount);
  CHECK(wrong == 0);
  CHECK(searches > 0);
}
