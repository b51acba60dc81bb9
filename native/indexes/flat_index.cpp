// Checks of arguments, and the preparing of rows. The search itself is flat_scan.cpp.
#include "indexes/flat_index.h"

#include <algorithm>

#include "indexes/flat_scan.h"
#include "indexes/screened_scan.h"

namespace attune {
namespace {

// 2 GiB of answers. Beyond it, k is a mistake, and its memory would be the machine's end.
constexpr std::size_t kMostAnswers = std::size_t{1} << 28;

struct RefusedRow {
  std::size_t row;
};

std::size_t checked_dim(std::size_t dim) {
  if (dim >= 1 && dim <= FlatIndex::kMostDim) return dim;
  throw Error("INVALID_ARGUMENT", "Expected dim to be a whole number from 1 to " +
                                      std::to_string(FlatIndex::kMostDim) + ", but received " +
                                      std::to_string(dim) + ".");
}

}  // namespace

FlatIndex::FlatIndex(std::size_t dim, Metric metric, const Level& level)
    : dim_(checked_dim(dim)),
      metric_(metric),
      level_(level),
      newest_(std::make_shared<CodedRows>(CodedRows{Rows(dim), Codes(dim, level.screen.width)})) {}

std::shared_ptr<const CodedRows> FlatIndex::newest() const {
  const std::lock_guard lock(newest_mutex_);
  return newest_;
}

void FlatIndex::append(std::size_t n, const std::function<void(std::size_t row, float* out)>& prepare) {
  if (n == 0) return;
  const std::lock_guard appending(append_mutex_);
  auto after = std::make_shared<CodedRows>(*newest());
  Rows& rows = after->rows;
  Codes& codes = after->codes;
  const std::size_t before = rows.count();
  rows.grow(n);
  codes.grow(rows.count());
  rows.fill(before, [&](std::size_t begin, std::size_t end, float* out) {
    for (std::size_t row = begin; row < end; ++row) prepare(row - before, out + (row - begin) * dim_);
    codes.fill(rows, begin, end);
  });
  const std::lock_guard lock(newest_mutex_);
  newest_ = std::move(after);
}

void FlatIndex::add(const float* vectors, std::size_t n) {
  try {
    append(n, [&](std::size_t row, float* out) {
      if (!prepare_vector(metric_, vectors + row * dim_, dim_, out)) throw RefusedRow{row};
    });
  } catch (const RefusedRow& refused) {
    // Which thread met which row is chance: the first of all is looked for again.
    std::vector<float> prepared(dim_);
    std::size_t row = 0;
    while (row < refused.row && prepare_vector(metric_, vectors + row * dim_, dim_, prepared.data())) ++row;
    refuse_vector("vectors", row, vectors + row * dim_, dim_);
  }
}

bool FlatIndex::add_prepared(const float* rows, std::size_t n) {
  try {
    append(n, [&](std::size_t row, float* out) {
      const float* vector = rows + row * dim_;
      if (!is_prepared(metric_, vector, dim_)) throw RefusedRow{row};
      std::copy_n(vector, dim_, out);
    });
  } catch (const RefusedRow&) {
    return false;
  }
  return true;
}

std::vector<float> FlatSnapshot::prepared(ConstMatrix queries) const {
  if (queries.cols != dim()) {
    throw Error("DIMENSION_MISMATCH", "Expected queries to hold rows of " + std::to_string(dim()) +
                                          " numbers (the dim of this index), but they hold rows of " +
                                          std::to_string(queries.cols) +
                                          ". Were they encoded by the same model?");
  }
  std::vector<float> prepared(queries.rows * dim());
  for (std::size_t row = 0; row < queries.rows; ++row) {
    if (!prepare_vector(metric_, queries.row(row), dim(), prepared.data() + row * dim())) {
      refuse_vector("queries", row, queries.row(row), dim());
    }
  }
  return prepared;
}

Hits FlatSnapshot::search(ConstMatrix queries, std::size_t k, const RowSet* allowed,
                          Progress& progress) const {
  if (k == 0 || k > kMostAnswers || (queries.rows > 0 && k > kMostAnswers / queries.rows)) {
    throw Error("INVALID_ARGUMENT",
                "Expected k to be from 1 on, and k x queries to be at most " + std::to_string(kMostAnswers) +
                    ", but received k = " + std::to_string(k) + " for " + std::to_string(queries.rows) +
                    " queries. Search in smaller batches, or ask for less.");
  }
  const std::vector<float> vectors = prepared(queries);
  const ConstMatrix asked(vectors.data(), queries.rows, dim());
  if (screening_pays(rows(), k))
    return screened_scan(*level_, metric_, *stored_, asked, k, allowed, progress);
  return flat_scan(*level_, metric_, rows(), asked, k, allowed, progress);
}

std::vector<float> FlatSnapshot::scores(ConstMatrix queries, RowLists lists, Progress& progress) const {
  check_row_lists(lists, queries.rows, count());
  const std::vector<float> vectors = prepared(queries);
  return row_scores(*level_, metric_, rows(), {vectors.data(), queries.rows, dim()}, lists, progress);
}

}  // namespace attune
