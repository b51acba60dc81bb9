// Exact search: every query is compared with every row.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "attune/matrix.h"
#include "attune/progress.h"
#include "indexes/hits.h"
#include "indexes/metric.h"
#include "indexes/row_set.h"
#include "indexes/rows.h"
#include "runtime/levels.h"

namespace attune {

// The rows of an index at one moment, to search or to save while the index itself goes on.
class FlatSnapshot {
 public:
  std::size_t dim() const { return rows_->dim(); }
  std::size_t count() const { return rows_->count(); }
  Metric metric() const { return metric_; }
  const Rows& rows() const { return *rows_; }  // as the metric prepared them

  // Answers do not depend on the number of threads, nor a query's on the others of its call: its scores are
  // the same to the bit. Takes memory for some k candidates a query and item of the scan, never for all
  // scores. `allowed` may be null: all rows may answer. Throws Error DIMENSION_MISMATCH, NOT_FINITE,
  // INVALID_ARGUMENT, CANCELLED.
  Hits search(ConstMatrix queries, std::size_t k, const RowSet* allowed, Progress& progress) const;

 private:
  friend class FlatIndex;
  FlatSnapshot(Metric metric, const Level& level, std::shared_ptr<const Rows> rows)
      : metric_(metric), level_(&level), rows_(std::move(rows)) {}

  Metric metric_;
  const Level* level_;
  std::shared_ptr<const Rows> rows_;
};

// Safe to use from several threads: a search or a save sees the rows that stood when its snapshot was taken.
class FlatIndex {
 public:
  // Throws Error INVALID_ARGUMENT when dim is not from 1 to kMostDim.
  FlatIndex(std::size_t dim, Metric metric, const Level& level = active_level());
  static constexpr std::size_t kMostDim = 65536;

  std::size_t dim() const { return dim_; }
  Metric metric() const { return metric_; }
  std::size_t count() const { return store_.snapshot()->count(); }
  FlatSnapshot snapshot() const { return {metric_, level_, store_.snapshot()}; }

  // Appends vectors, [n, dim]. Throws Error NOT_FINITE, naming the first row at fault,
  // and then appends nothing.
  void add(const float* vectors, std::size_t n);
  // Appends rows as a snapshot holds them.
  // False, and nothing appended, when one of them cannot be such a row.
  bool add_prepared(const float* rows, std::size_t n);

 private:
  std::size_t dim_;
  Metric metric_;
  const Level& level_;
  RowStore store_;
};

}  // namespace attune
