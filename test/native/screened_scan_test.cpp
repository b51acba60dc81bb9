// The screened scan answers to the bit what the scan of all numbers answers, at every level this CPU runs, on
// vectors that suit it and on vectors that do not.
#include "indexes/screened_scan.h"

#include <doctest/doctest.h>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "indexes/flat_index.h"
#include "indexes/flat_scan.h"
#include "random_values.h"
#include "tested_levels.h"

using namespace attune;

namespace {

struct Case {
  const char* name;
  std::size_t dim, count;
  // Changes random rows and queries into what is to be tested.
  std::function<void(std::vector<float>& rows, std::vector<float>& queries)> change;
};

void same_answers(const Level& level, Metric metric, const Case& tested) {
  constexpr std::size_t kQueries = 30;  // more than a tile of any level
  std::vector<float> rows = normal_values(tested.count * tested.dim, 1);
  std::vector<float> asked = normal_values(kQueries * tested.dim, 2), prepared(asked.size());
  tested.change(rows, asked);
  FlatIndex index(tested.dim, metric, level);
  index.add(rows.data(), tested.count);
  for (std::size_t q = 0; q < kQueries; ++q)
    REQUIRE(
        prepare_vector(metric, asked.data() + q * tested.dim, tested.dim, prepared.data() + q * tested.dim));
  RowSet half((tested.count + 31) / 32, 0x5a5a5a5a), few((tested.count + 31) / 32, 0);
  few[0] = 0x80010u;
  const FlatSnapshot snapshot = index.snapshot();
  for (const RowSet* allowed : {static_cast<RowSet*>(nullptr), &half, &few}) {
    for (const std::size_t queries : {std::size_t{1}, kQueries}) {
      for (const std::size_t k : {1, 10, 300}) {
        Progress progress;
        const ConstMatrix matrix(prepared.data(), queries, tested.dim);
        const Hits expected = flat_scan(level, metric, snapshot.rows(), matrix, k, allowed, progress);
        const Hits got = screened_scan(level, metric, snapshot.stored(), matrix, k, allowed, progress);
        CAPTURE(level.name);
        CAPTURE(tested.name);
        CAPTURE(queries);
        CAPTURE(k);
        CHECK(got.rows == expected.rows);
        CHECK(got.scores == expected.scores);
        CHECK(progress.done == progress.total);
      }
    }
  }
}

// `times` as long, from row `first` on, every `step`-th.
void scale(std::vector<float>& vectors, std::size_t dim, std::size_t first, std::size_t step, float times) {
  for (std::size_t row = first; row < vectors.size() / dim; row += step)
    for (std::size_t i = 0; i < dim; ++i) vectors[row * dim + i] *= times;
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"random", 64, 6000, [](auto&, auto&) {}},
      {"a dim that fills no group", 37, 5001, [](auto&, auto&) {}},
      {"one dim", 1, 4000, [](auto&, auto&) {}},
      {"few rows", 16, 20, [](auto&, auto&) {}},
      {"near neighbours that differ by less than codes can tell", 32, 6000,
       [](auto& rows, auto&) {
         for (std::size_t i = 32; i < rows.size(); ++i) rows[i] = rows[i % 32] + 1e-4f * rows[i];
       }},
      {"all rows alike", 24, 5000,
       [](auto& rows, auto&) {
         for (std::size_t i = 24; i < rows.size(); ++i) rows[i] = rows[i % 24];
       }},
      {"rows far from the origin and near to each other", 40, 6000,
       [](auto& rows, auto& queries) {
         for (float& value : rows) value += 300.0f;
         for (float& value : queries) value += 300.0f;
       }},
      {"whole numbers, of which many are equally far", 16, 6000,
       [](auto& rows, auto& queries) {
         for (float& value : rows) value = std::round(value);
         for (float& value : queries) value = std::round(value);
       }},
      {"queries that are rows", 64, 6000,
       [](auto& rows, auto& queries) { std::copy_n(rows.begin(), queries.size(), queries.begin()); }},
      {"one dim that outweighs all others", 48, 6000,
       [](auto& rows, auto& queries) {
         for (std::size_t i = 0; i < rows.size(); i += 48) rows[i] *= 1000.0f;
         for (std::size_t i = 0; i < queries.size(); i += 48) queries[i] *= 1000.0f;
       }},
      {"lengths of every magnitude", 20, 6000,
       [](auto& rows, auto& queries) {
         scale(rows, 20, 0, 7, 1e-20f);
         scale(rows, 20, 1, 7, 1e-42f);
         scale(rows, 20, 2, 7, 1e16f);
         scale(rows, 20, 3, 7, 0.0f);
         scale(queries, 20, 1, 5, 1e16f);
         scale(queries, 20, 2, 5, 1e-42f);
         scale(queries, 20, 3, 5, 0.0f);
       }},
      {"products that vanish", 20, 4000,
       [](auto& rows, auto& queries) {
         scale(rows, 20, 0, 1, 2e-15f);
         scale(queries, 20, 0, 1, 2e-15f);
         scale(queries, 20, 1, 2, 1e-8f);
       }},
  };
  return all;
}

}  // namespace

TEST_CASE("the answers are those of the scan of all numbers, to the bit") {
  for (const Level& level : tested_levels()) {
    for (const Metric metric : {Metric::cosine, Metric::inner_product, Metric::l2}) {
      for (const Case& tested : cases()) same_answers(level, metric, tested);
    }
  }
}

// Vectors about `centres`, as texts of some kinds are.
std::vector<float> grouped_values(std::size_t count, std::size_t dim, std::size_t centres, unsigned seed) {
  const std::vector<float> centre = normal_values(centres * dim, 20);
  std::vector<float> values = normal_values(count * dim, seed);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = 0.1f * values[i] + centre[i % centre.size()];
  return values;
}

TEST_CASE("what suits the screen is answered by it alone, by every metric and for more than a few answers") {
  constexpr std::size_t kDim = 64, kCount = 20000;
  const std::vector<float> rows = grouped_values(kCount, kDim, 20, 21);
  const std::vector<float> asked = grouped_values(1, kDim, 20, 22);
  for (const Level& level : tested_levels()) {
    for (const Metric metric : {Metric::cosine, Metric::inner_product, Metric::l2}) {
      FlatIndex index(kDim, metric, level);
      index.add(rows.data(), kCount);
      const FlatSnapshot snapshot = index.snapshot();
      std::vector<float> query(kDim);
      REQUIRE(prepare_vector(metric, asked.data(), kDim, query.data()));
      for (const std::size_t k : {1, 10, 200}) {
        Progress progress;
        screened_scan(level, metric, snapshot.stored(), {query.data(), 1, kDim}, k, nullptr, progress);
        CAPTURE(level.name);
        CAPTURE(k);
        // A scan of all numbers would add its own panels.
        CHECK(progress.total == snapshot.stored().codes.panel_count());
      }
    }
  }
}

TEST_CASE("rows added in pieces are screened as if they had come together") {
  constexpr std::size_t kDim = 12, kCount = 5003;
  const std::vector<float> rows = normal_values(kCount * kDim, 7), query = normal_values(kDim, 8);
  for (const Level& level : tested_levels()) {
    FlatIndex together(kDim, Metric::inner_product, level), pieces(kDim, Metric::inner_product, level);
    together.add(rows.data(), kCount);
    for (std::size_t row = 0, n = 1; row < kCount; row += n, n = n % 97 + 1)
      pieces.add(rows.data() + row * kDim, std::min(n, kCount - row));
    REQUIRE(pieces.count() == kCount);
    Progress progress;
    const Hits expected = together.snapshot().search({query.data(), 1, kDim}, 50, nullptr, progress);
    const Hits got = pieces.snapshot().search({query.data(), 1, kDim}, 50, nullptr, progress);
    CHECK(got.rows == expected.rows);
    CHECK(got.scores == expected.scores);
  }
}

TEST_CASE("of no rows there are no hits") {
  for (const Level& level : tested_levels()) {
    FlatIndex index(4, Metric::l2, level);
    const std::vector<float> query = normal_values(4, 9);
    Progress progress;
    const Hits hits = screened_scan(level, Metric::l2, index.snapshot().stored(), {query.data(), 1, 4}, 2,
                                    nullptr, progress);
    CHECK(hits.rows == std::vector<std::int32_t>{-1, -1});
  }
}

TEST_CASE("it is chosen where it pays") {
  CHECK_FALSE(screening_pays(Rows(4), 1));
  FlatIndex index(4, Metric::cosine);
  const std::vector<float> rows = normal_values(4 * 5000, 9);
  index.add(rows.data(), 5000);
  const FlatSnapshot snapshot = index.snapshot();
  CHECK(screening_pays(snapshot.rows(), 100));
  CHECK_FALSE(screening_pays(snapshot.rows(), 1000));
}

TEST_CASE("a screened search can be cancelled") {
  FlatIndex index(8, Metric::cosine);
  const std::vector<float> rows = normal_values(8 * 4000, 9);
  index.add(rows.data(), 4000);
  Progress progress;
  progress.cancelled = true;
  CHECK_THROWS_AS(index.snapshot().search({rows.data(), 1, 8}, 3, nullptr, progress), Error);
}

TEST_CASE("screened searches and adds beside each other are safe, and a snapshot does not change") {
  constexpr std::size_t kDim = 8, kCount = 6000, kFirst = 3000;
  const std::vector<float> rows = normal_values(kDim * kCount, 10);
  FlatIndex index(kDim, Metric::cosine);
  index.add(rows.data(), kFirst);
  std::atomic<bool> ended = false;
  std::atomic<int> wrong = 0, searches = 0;
  std::vector<std::thread> searchers;
  for (int thread = 0; thread < 2; ++thread) {
    searchers.emplace_back([&] {
      while (!ended) {
        const FlatSnapshot snapshot = index.snapshot();
        const std::size_t last = snapshot.count() - 1;
        Progress progress;
        const Hits hits = snapshot.search({rows.data() + last * kDim, 1, kDim}, 5, nullptr, progress);
        if (std::size_t(hits.rows[0]) != last) ++wrong;
        ++searches;
      }
    });
  }
  while (searches < 2) std::this_thread::yield();
  for (std::size_t row = kFirst; row < kCount; row += 5)
    index.add(rows.data() + row * kDim, std::min<std::size_t>(5, kCount - row));
  ended = true;
  for (std::thread& thread : searchers) thread.join();
  CHECK(wrong == 0);
}
