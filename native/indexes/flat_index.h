// Exact search: every query is compared with every row.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "attune/matrix.h"
#include "attune/progress.h"
#include "indexes/codes.h"
#include "indexes/hits.h"
#include "indexes/metric.h"
#include "indexes/row_scores.h"
#include "indexes/row_set.h"
#include "runtime/levels.h"

namespace attune {

// The rows of an index at one moment, to search or to save while the index itself goes on.
class FlatSnapshot {
 public:
  std::size_t dim() const { return rows().dim(); }
  std::size_t count() const { return rows().count(); }
  Metric metric() const { return metric_; }
  const CodedRows& stored() const { return *stored_; }  // as the metric prepared them
  const Rows& rows() const { return stored_->rows; }

  // Answers do not depend on the number of threads, nor a query's on the others of its call: its scores are
  // the same to the bit. Takes memory for some k candidates a query and item of the scan, never for all
  // scores. `allowed` may be null: all rows may answer. Throws Error DIMENSION_MISMATCH, NOT_FINITE,
  // INVALID_ARGUMENT, CANCELLED.
  Hits search(ConstMatrix queries, std::size_t k, const RowSet* allowed, Progress& progress) const;

  // The scores of given rows, one for each of lists.rows: to the bit those that a search finds for them.
  // Throws Error DIMENSION_MISMATCH; INVALID_ARGUMENT when the offsets do not fit the queries or the rows, or
  // a row does not exist; NOT_FINITE, CANCELLED.
  std::vector<float> scores(ConstMatrix queries, RowLists lists, Progress& progress) const;

 private:
  // Queries as the metric compares them, [queries, dim].
  std::vector<float> prepared(ConstMatrix queries) const;

  friend class FlatIndex;
  FlatSnapshot(Metric metric, const Level& level, std::shared_ptr<const CodedRows> stored)
      : metric_(metric), level_(&level), stored_(std::move(stored)) {}

  Metric metric_;
  const Level* level_;
  std::shared_ptr<const CodedRows> stored_;
};

// Safe to use from several threads: a search or a save sees the rows that stood when its snapshot was taken.
class FlatIndex {
 public:
  // Throws Error INVALID_ARGUMENT when dim is not from 1 to kMostDim.
  FlatIndex(std::size_t dim, Metric metric, const Level& level = active_level());
  static constexpr std::size_t kMostDim = 65536;

  std::size_t dim() const { return dim_; }
  Metric metric() const { return metric_; }
  std::size_t count() const { return newest()->rows.count(); }
  FlatSnapshot snapshot() const { return {metric_, level_, newest()}; }

  // Appends vectors, [n, dim]. Throws Error NOT_FINITE, naming the first row at fault,
  // and then appends nothing.
  void add(const float* vectors, std::size_t n);
  // Appends rows as a snapshot holds them.
  // False, and nothing appended, when one of them cannot be such a row.
  bool add_prepared(const float* rows, std::size_t n);

 private:
  std::shared_ptr<const CodedRows> newest() const;
  // Appends n rows. `prepare(row, out)` writes row `row` < n, dim numbers; several threads call it. When it
  // throws, nothing is appended.
  void append(std::size_t n, const std::function<void(std::size_t row, float* out)>& prepare);

  std::size_t dim_;
  Metric metric_;
  const Level& level_;
  std::mutex append_mutex_;
  mutable std::mutex newest_mutex_;
  std::shared_ptr<const CodedRows> newest_;
};

}  // namespace attune
