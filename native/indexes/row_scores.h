// Scores of rows that the caller names, without a search.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "attune/matrix.h"
#include "attune/progress.h"
#include "indexes/metric.h"
#include "indexes/rows.h"
#include "runtime/aligned_buffer.h"
#include "runtime/levels.h"

namespace attune {

// Rows for each of several queries: query i has rows[offsets[i]] up to, not including, rows[offsets[i + 1]].
// A row may come more than once.
struct RowLists {
  std::span<const std::int32_t> rows;
  std::span<const std::uint32_t> offsets;  // [queries + 1]
};

// Throws Error INVALID_ARGUMENT unless the offsets are those of so many queries and of all rows, and every row
// is one of `count`.
void check_row_lists(const RowLists& lists, std::size_t queries, std::size_t count);

// Scores rows that lie anywhere, by score_panel and so to the bit of a scan. One thread's own.
class RowScorer {
 public:
  RowScorer(const Level& level, Metric metric, const Rows& rows);

  // scores[i] of one prepared query with rows[i], each below rows.count().
  void score(const float* query, std::span<const std::int32_t> rows, float* scores);

 private:
  const Level& level_;
  const Metric metric_;
  const Rows& rows_;
  std::vector<float> together_, panel_scores_;  // [tile_cols, dim], [tile_cols]
  AlignedBuffer<float> panel_;                  // [dim, tile_cols]
};

// A score for each of lists.rows. The queries are prepared already (metric.h), and the lists are checked.
std::vector<float> row_scores(const Level& level, Metric metric, const Rows& rows, ConstMatrix queries,
                              const RowLists& lists, Progress& progress);

}  // namespace attune
