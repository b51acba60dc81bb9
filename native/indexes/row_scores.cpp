// Rows are copied side by side and packed into a panel, as many as it holds. The lists are cut into items
// wherever it suits: what a score is does not depend on the rows beside it.
#include "indexes/row_scores.h"

#include <algorithm>
#include <string>

#include "indexes/score_panel.h"
#include "runtime/thread_pool.h"

namespace attune {
namespace {

// Below this many multiplications, an item is not worth a thread's waking.
constexpr std::size_t kFewestProducts = std::size_t{1} << 18;

}  // namespace

void check_row_lists(const RowLists& lists, std::size_t queries, std::size_t count) {
  const auto& [rows, offsets] = lists;
  if (offsets.size() != queries + 1) {
    throw Error("INVALID_ARGUMENT", "Expected offsets to hold " + std::to_string(queries + 1) +
                                        " numbers, one more than there are queries, but it holds " +
                                        std::to_string(offsets.size()) + ".");
  }
  if (offsets.front() != 0 || offsets.back() != rows.size() ||
      !std::is_sorted(offsets.begin(), offsets.end())) {
    throw Error("INVALID_ARGUMENT", "Expected offsets to rise from 0 to the number of rows, " +
                                        std::to_string(rows.size()) + ", but they do not.");
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::uint32_t>(rows[i]) < count) continue;  // a negative one becomes a great one
    throw Error("INVALID_ARGUMENT", "Expected rows to hold rows of an index of " + std::to_string(count) +
                                        ", from 0 on, but entry " + std::to_string(i) + " is " +
                                        std::to_string(rows[i]) + ".");
  }
}

RowScorer::RowScorer(const Level& level, Metric metric, const Rows& rows)
    : level_(level),
      metric_(metric),
      rows_(rows),
      together_(level.gemm.tile_cols * rows.dim()),
      panel_scores_(level.gemm.tile_cols),
      panel_(level.gemm.tile_cols * rows.dim()) {}

void RowScorer::score(const float* query, std::span<const std::int32_t> rows, float* scores) {
  const std::size_t width = level_.gemm.tile_cols, dim = rows_.dim();
  for (std::size_t first = 0; first < rows.size(); first += width) {
    const std::size_t n = std::min(width, rows.size() - first);
    for (std::size_t j = 0; j < n; ++j)
      std::copy_n(rows_.row(static_cast<std::size_t>(rows[first + j])), dim, together_.data() + j * dim);
    level_.gemm.pack_rows(together_.data(), dim, n, dim, panel_.data());
    score_panel(level_, metric_, query, 1, panel_.data(), dim, panel_scores_.data());
    std::copy_n(panel_scores_.data(), n, scores + first);
  }
}

std::vector<float> row_scores(const Level& level, Metric metric, const Rows& rows, ConstMatrix queries,
                              const RowLists& lists, Progress& progress) {
  const std::size_t total = lists.rows.size(), width = level.gemm.tile_cols;
  const std::size_t item_rows = (kFewestProducts / rows.dim() / width + 1) * width;
  std::vector<float> scores(total);
  progress.total += total;
  parallel_for((total + item_rows - 1) / item_rows, [&](std::size_t item) {
    progress.stop_if_cancelled();
    RowScorer scorer(level, metric, rows);
    const std::size_t begin = item * item_rows, end = std::min(begin + item_rows, total);
    for (std::size_t first = begin; first < end;) {
      // The list that holds `first`: the last that begins there or before.
      const auto after = std::upper_bound(lists.offsets.begin(), lists.offsets.end(), first);
      const auto query = static_cast<std::size_t>(after - lists.offsets.begin()) - 1;
      const std::size_t n = std::min<std::size_t>(*after, end) - first;
      scorer.score(queries.row(query), lists.rows.subspan(first, n), scores.data() + first);
      first += n;
    }
    progress.done += end - begin;
  });
  return scores;
}

}  // namespace attune
