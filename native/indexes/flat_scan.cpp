// A scan is cut into items: a block of queries against a range of panels. An item packs panel by panel, from
// memory once, scores it against its queries a tile at a time, and keeps of each tile what beats the worst
// answer so far. The best of all items are merged at the end. Scores never leave the cache.
//
// The order of answers is total, and a score has the same bits in every kernel (distance.h), so the cut
// changes nothing.
#include "indexes/flat_scan.h"

#include <algorithm>
#include <bit>

#include "indexes/scan_cut.h"
#include "indexes/score_panel.h"
#include "indexes/top_k.h"
#include "linear/packed_matrix.h"
#include "runtime/thread_pool.h"

namespace attune {
namespace {

constexpr std::size_t kFewestProducts = std::size_t{1} << 20;
constexpr std::size_t kPanelsPerStep = 32;  // between looks at the cancel flag: below a millisecond each

// Some queries, packed tile by tile as the kernels read them: number by number, side by side. Where they lie,
// rows of some dims would all fall into the same few lines of the first-level cache.
class QueryBlock {
 public:
  QueryBlock(const Level& level, Metric metric, ConstMatrix queries)
      : level_(level), metric_(metric), dim_(queries.cols), packed_(queries.rows * queries.cols) {
    const std::size_t tile = level.gemm.tile_rows;
    for (std::size_t q = 0; q < queries.rows; ++q) {
      const std::size_t first = q / tile * tile, n = std::min(tile, queries.rows - first);
      float* out = packed_.data() + first * dim_ + (q - first);
      for (std::size_t k = 0; k < dim_; ++k) out[k * n] = queries.row(q)[k];
    }
  }

  // scores[r * width + j] of queries [first, first + n), the whole tile that begins there,
  // with the rows of a panel.
  void score(std::size_t first, std::size_t n, const float* panel, float* scores) const {
    score_panel(level_, metric_, packed_.data() + first * dim_, n, panel, dim_, scores);
  }

 private:
  const Level& level_;
  Metric metric_;
  std::size_t dim_;
  std::vector<float> packed_;  // a tile of n queries after the other, each [dim, n]
};

struct PanelRange {
  std::size_t first, end;
};

// Rows [first, first + width) as the kernels read them, [dim, width]: a panel.
void pack(const Level& level, const Rows& rows, std::size_t first, float* panel) {
  const std::size_t width = level.gemm.tile_cols, dim = rows.dim();
  level.gemm.pack_rows(rows.row(first), dim, std::min(width, rows.count() - first), dim, panel);
}

std::vector<TopK> scan(const Level& level, Metric metric, const Rows& rows, ConstMatrix queries,
                       std::size_t k, const RowSet* allowed, PanelRange range, Progress& progress) {
  const QueryBlock block(level, metric, queries);
  const std::size_t width = level.gemm.tile_cols, tile = level.gemm.tile_rows;
  std::vector<TopK> best;
  best.reserve(queries.rows);
  for (std::size_t q = 0; q < queries.rows; ++q) best.emplace_back(k, (range.end - range.first) * width);
  std::vector<float> scores(tile * width);
  AlignedBuffer<float> packed(width * rows.dim());
  for (std::size_t step = range.first; step < range.end; step += kPanelsPerStep) {
    progress.stop_if_cancelled();
    const std::size_t step_end = std::min(step + kPanelsPerStep, range.end);
    for (std::size_t panel = step; panel < step_end; ++panel) {
      const std::uint64_t answering = answering_rows(allowed, rows.count(), panel * width, width);
      if (answering == 0) continue;
      pack(level, rows, panel * width, packed.data());
      for (std::size_t first = 0; first < queries.rows; first += tile) {
        const std::size_t n = std::min(tile, queries.rows - first);
        block.score(first, n, packed.data(), scores.data());
        for (std::size_t r = 0; r < n; ++r) {
          TopK& kept = best[first + r];
          std::uint64_t bits =
              level.topk.above(scores.data() + r * width, width, kept.threshold()) & answering;
          for (; bits != 0; bits &= bits - 1) {
            const auto j = static_cast<std::size_t>(std::countr_zero(bits));
            const float score = scores[r * width + j];
            // The threshold may have risen since the comparison.
            if (score > kept.threshold()) kept.offer({score, static_cast<std::uint32_t>(panel * width + j)});
          }
        }
      }
    }
    progress.done += step_end - step;
  }
  return best;
}

}  // namespace

Hits flat_scan(const Level& level, Metric metric, const Rows& rows, ConstMatrix queries, std::size_t k,
               const RowSet* allowed, Progress& progress) {
  Hits hits = no_hits(queries.rows, k);
  if (queries.rows == 0 || rows.count() == 0) return hits;

  const std::size_t width = level.gemm.tile_cols, panels = (rows.count() + width - 1) / width;
  const ScanCut cut = cut_scan({.queries = queries.rows,
                                .query_bytes = rows.dim() * sizeof(float),
                                .tile_queries = level.gemm.tile_rows,
                                .panels = panels,
                                .panel_products = width * rows.dim(),
                                .fewest_products = kFewestProducts});
  progress.total += cut.blocks * panels;
  std::vector<std::vector<TopK>> best(cut.items());
  parallel_for(best.size(), [&](std::size_t item) {
    const std::size_t first = cut.first_panel(item), first_query = cut.first_query(item);
    const std::size_t n = std::min(cut.block_queries, queries.rows - first_query);
    best[item] = scan(level, metric, rows, {queries.row(first_query), n, queries.cols}, k, allowed,
                      {first, std::min(first + cut.range_panels, panels)}, progress);
  });

  parallel_for(cut.blocks, [&](std::size_t block) {
    for (std::size_t q = 0; q < best[block].size(); ++q) {
      TopK merged(k, rows.count());
      for (std::size_t range = 0; range < cut.ranges; ++range) {
        for (const Candidate& candidate : best[range * cut.blocks + block][q].take()) merged.offer(candidate);
      }
      const std::size_t query = block * cut.block_queries + q;
      hits.put(query, k, merged.take());
    }
  });
  return hits;
}

}  // namespace attune
