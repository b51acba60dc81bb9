// A scan is cut into items: a block of queries against a range of panels. An item takes panel by panel, from
// memory once, scores it against its queries a tile at a time, and keeps of each tile what beats the worst
// answer so far. The best of all items are merged at the end. Scores never leave the cache.
//
// The order of answers is total, and a score has the same bits in every kernel (distance.h), so the cut
// changes nothing.
#include "search/flat_scan.h"

#include <algorithm>
#include <bit>

#include "runtime/thread_pool.h"
#include "search/top_k.h"

namespace attune {
namespace {

// A block of queries stays in the second-level cache while panels pass by.
constexpr std::size_t kBlockBytes = std::size_t{256} << 10;
// Below this many multiplications an item is not worth a thread's waking.
constexpr std::size_t kFewestProducts = std::size_t{1} << 20;
constexpr std::size_t kItemsPerThread = 4;  // so that threads end together though some run late
constexpr std::size_t kPanelsPerStep = 32;  // between looks at the cancel flag: below a millisecond each

struct Cut {
  std::size_t block_queries, blocks, range_panels, ranges;
};

std::size_t divided_up(std::size_t amount, std::size_t by) { return (amount + by - 1) / by; }

Cut cut_scan(const Level& level, const Panels& rows, std::size_t queries) {
  const std::size_t tile = level.gemm.tile_rows;
  const std::size_t most = std::max<std::size_t>(1, kBlockBytes / (rows.dim() * sizeof(float)) / tile) * tile;
  Cut cut{};
  cut.block_queries = divided_up(divided_up(queries, divided_up(queries, most)), tile) * tile;
  cut.blocks = divided_up(queries, cut.block_queries);
  const std::size_t products = rows.count() * rows.dim() * std::min(queries, cut.block_queries);
  const std::size_t wanted = divided_up(kItemsPerThread * thread_count(), cut.blocks);
  const std::size_t ranges = std::clamp<std::size_t>(products / kFewestProducts, 1, wanted);
  cut.range_panels = divided_up(rows.panel_count(), ranges);
  cut.ranges = divided_up(rows.panel_count(), cut.range_panels);
  return cut;
}

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

  // scores[r * width + j] of queries [first, first + n), the whole tile that begins there, with the rows of a
  // panel.
  void score(std::size_t first, std::size_t n, const float* panel, std::size_t width, float* scores) const {
    const float* queries = packed_.data() + first * dim_;
    if (metric_ == Metric::l2) {
      level_.distance.l2_squared_many_to_many(queries, n, panel, width, dim_, scores);
      for (std::size_t i = 0; i < n * width; ++i) scores[i] = -scores[i];
      return;
    }
    level_.gemm.tile({.a = queries,
                      .a_row_stride = 1,
                      .a_depth_stride = n,
                      .b_panel = panel,
                      .depth = dim_,
                      .c = scores,
                      .c_stride = width,
                      .rows = n,
                      .cols = width,
                      .bias = nullptr,
                      .accumulate = false});
  }

 private:
  const Level& level_;
  Metric metric_;
  std::size_t dim_;
  std::vector<float> packed_;  // a tile of n queries after the other, each [dim, n]
};

// Bit j is set when row (panel * width + j) exists and may answer.
std::uint64_t answering_rows(const Panels& rows, const RowSet* allowed, std::size_t panel) {
  const std::size_t width = rows.width(), first = panel * width;
  const std::size_t here = std::min(width, rows.count() - first);
  const std::uint64_t stored = here == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << here) - 1;
  if (allowed == nullptr) return stored;
  std::uint64_t bits = 0;
  for (std::size_t j = 0; j < here;) {
    const std::size_t row = first + j, word = row / 32;
    if (word < allowed->size()) bits |= static_cast<std::uint64_t>((*allowed)[word] >> row % 32) << j;
    j += 32 - row % 32;
  }
  return bits & stored;
}

std::vector<TopK> scan(const Level& level, Metric metric, const Panels& rows, ConstMatrix queries,
                       std::size_t k, const RowSet* allowed, std::size_t first_panel, std::size_t end_panel,
                       Progress& progress) {
  const QueryBlock block(level, metric, queries);
  const std::size_t width = rows.width(), tile = level.gemm.tile_rows;
  std::vector<TopK> best;
  best.reserve(queries.rows);
  for (std::size_t q = 0; q < queries.rows; ++q) best.emplace_back(k, (end_panel - first_panel) * width);
  std::vector<float> scores(tile * width);
  for (std::size_t step = first_panel; step < end_panel; step += kPanelsPerStep) {
    progress.stop_if_cancelled();
    const std::size_t step_end = std::min(step + kPanelsPerStep, end_panel);
    for (std::size_t panel = step; panel < step_end; ++panel) {
      const std::uint64_t answering = answering_rows(rows, allowed, panel);
      if (answering == 0) continue;
      for (std::size_t first = 0; first < queries.rows; first += tile) {
        const std::size_t n = std::min(tile, queries.rows - first);
        block.score(first, n, rows.panel(panel), width, scores.data());
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

Hits flat_scan(const Level& level, Metric metric, const Panels& rows, ConstMatrix queries, std::size_t k,
               const RowSet* allowed, Progress& progress) {
  Hits hits;
  hits.rows.assign(queries.rows * k, -1);
  hits.scores.assign(queries.rows * k, -std::numeric_limits<float>::infinity());
  if (queries.rows == 0 || rows.count() == 0) return hits;

  const Cut cut = cut_scan(level, rows, queries.rows);
  progress.total = cut.blocks * rows.panel_count();
  std::vector<std::vector<TopK>> best(cut.blocks * cut.ranges);
  // Items that run at the same time read the same range, so that it comes from memory once for several
  // blocks.
  parallel_for(best.size(), [&](std::size_t item) {
    const std::size_t first_query = item % cut.blocks * cut.block_queries;
    const std::size_t first_panel = item / cut.blocks * cut.range_panels;
    const std::size_t n = std::min(cut.block_queries, queries.rows - first_query);
    best[item] = scan(level, metric, rows, {queries.row(first_query), n, queries.cols}, k, allowed,
                      first_panel, std::min(first_panel + cut.range_panels, rows.panel_count()), progress);
  });

  parallel_for(cut.blocks, [&](std::size_t block) {
    for (std::size_t q = 0; q < best[block].size(); ++q) {
      TopK merged(k, rows.count());
      for (std::size_t range = 0; range < cut.ranges; ++range) {
        for (const Candidate& candidate : best[range * cut.blocks + block][q].take()) merged.offer(candidate);
      }
      const std::size_t query = block * cut.block_queries + q;
      std::size_t out = query * k;
      for (const Candidate& candidate : merged.take()) {
        hits.rows[out] = static_cast<std::int32_t>(candidate.row);
        hits.scores[out++] = candidate.score;
      }
    }
  });
  return hits;
}

}  // namespace attune
