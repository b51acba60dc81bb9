// With q about q' = scale * codes, and x about x' likewise,
//
//   |<q, x> - <q', x'>|   <=  |q - q'| |x'| + |q| |x - x'|    by Cauchy and Schwarz, and
//   ||q - x| - |q' - x'|| <=  |q - q'| + |x - x'|             by the triangle,
//
// so that <q', x'>, an integer but for its scale, bounds the score from both sides: an inner product by the
// first, a distance, |q' - x'|^2 = |q'|^2 + |x'|^2 - 2 <q', x'>, by the second. The k-th greatest of all
// lower bounds is a floor below which no answer lies: rows whose upper bound is below it are out, and of the
// others, some dozens of 50,000, the score itself is computed by flat_scan's kernel. Where the bounds keep
// too many (rows that are all alike, vectors of extreme lengths), flat_scan answers.
#include "indexes/screened_scan.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>

#include "indexes/flat_scan.h"
#include "indexes/row_scores.h"
#include "indexes/scan_cut.h"
#include "indexes/top_k.h"
#include "runtime/thread_pool.h"

namespace attune {
namespace {

constexpr std::size_t kFewestRows = 2048;   // fewer are scanned as fast
constexpr std::size_t kRowsPerAnswer = 16;  // a k nearer to the number of rows leaves most of them in
// So many rows a row that is kept, within bounds, before flat_scan is the better way: what it takes for a row
// is some times less than to score one by itself.
constexpr std::size_t kRowsPerKept = 8;
constexpr std::size_t kFewestProducts = std::size_t{1} << 22;
constexpr std::size_t kPanelsPerStep = 32;  // between looks at the cancel flag: below a millisecond each
constexpr float kNone = -std::numeric_limits<float>::infinity();
constexpr double kUp = 1.0 + 0x1p-22;  // covers the rounding of a bound to float32

// What float32 may add to, or take from, a sum of `dim` products, by share: of a squared distance itself,
// whose terms have one sign, or of the product of the lengths of two vectors.
double rounding(std::size_t dim) { return (static_cast<double>(dim) + 32.0) * 0x1p-23; }

// A row that the bounds do not rule out, and the most that its score may be.
struct Survivor {
  std::uint32_t row;
  float most;
};

// Queries as the kernels read them: tile by tile, four dims of each side by side.
class CodedQueries {
 public:
  CodedQueries(const kernels::ScreenKernels& kernels, ConstMatrix queries)
      : tile_(kernels.tile_queries),
        group_bytes_(code_groups(queries.cols) * 4),
        codes_(queries.rows * group_bytes_),
        starts_(queries.rows),
        bounds_(queries.rows) {
    std::vector<std::int8_t> codes(group_bytes_);
    for (std::size_t q = 0; q < queries.rows; ++q) {
      bounds_[q] = encode(queries.row(q), queries.cols, codes.data());
      std::int32_t sum = 0;
      for (const std::int8_t code : codes) sum += code;
      starts_[q] = -128 * sum;
      const std::size_t first = q / tile_ * tile_, n = std::min(tile_, queries.rows - first);
      std::int8_t* const out = codes_.data() + first * group_bytes_ + (q - first) * 4;
      for (std::size_t k = 0; k < group_bytes_; ++k) out[k / 4 * n * 4 + k % 4] = codes[k];
    }
  }

  std::size_t tile() const { return tile_; }
  std::size_t query_bytes() const { return group_bytes_; }
  const kernels::ScreenBounds& bounds(std::size_t query) const { return bounds_[query]; }
  bool can_be_screened(std::size_t query) const { return std::isfinite(bounds_[query].radius); }

  // Of the n queries from `first`, the first of a tile.
  kernels::ScreenTile against(std::size_t first, std::size_t n, const std::uint8_t* panel,
                              std::int32_t* products) const {
    return {
        codes_.data() + first * group_bytes_, starts_.data() + first, n, panel, group_bytes_ / 4, products};
  }

 private:
  std::size_t tile_, group_bytes_;
  std::vector<std::int8_t> codes_;  // a tile of n queries after the other, each [groups, n, 4]
  std::vector<std::int32_t> starts_;
  std::vector<kernels::ScreenBounds> bounds_;
};

// What is known of one query while items look at their ranges: a score that k rows surely reach, whichever
// item found them.
class Floor {
 public:
  float value() const { return value_.load(std::memory_order_relaxed); }
  void raise(float to) {
    float now = value();
    while (to > now && !value_.compare_exchange_weak(now, to, std::memory_order_relaxed)) {
    }
  }

 private:
  std::atomic<float> value_{kNone};
};

// What one item keeps of one query.
class Shortlist {
 public:
  Shortlist(std::size_t k, std::size_t rows, Floor& floor)
      : most_kept_(std::clamp(rows / kRowsPerKept, 4 * k + 256, 16 * k + 4096)),
        surest_(k, rows),
        floor_(&floor) {}

  bool is_full() const { return is_full_; }
  float floor() const { return floor_->value(); }

  void keep(std::uint32_t row, float least, float most) {
    if (least > surest_.threshold()) {
      surest_.offer({least, row});
      floor_->raise(surest_.threshold());
    }
    survivors_.push_back({row, most});
    if (survivors_.size() < most_kept_) return;
    drop_below(floor());
    is_full_ = survivors_.size() > most_kept_ / 4 * 3;
  }

  void drop_below(float floor) {
    std::erase_if(survivors_, [&](const Survivor& each) { return each.most < floor; });
  }
  std::vector<Candidate> surest() { return surest_.take(); }
  const std::vector<Survivor>& survivors() const { return survivors_; }

 private:
  std::size_t most_kept_;
  bool is_full_ = false;
  TopK surest_;  // by what they reach at least
  std::vector<Survivor> survivors_;
  Floor* floor_;
};

// What a score is at least and at most.
struct Range {
  double least, most;
};

// What codes say of inner products.
class ProductBounds {
 public:
  explicit ProductBounds(std::size_t dim) : rounding_(static_cast<float>(4.0 * rounding(dim))) {}

  std::uint64_t may_answer(const kernels::ScreenKernels& kernels, const std::int32_t* products,
                           const kernels::ScreenRows& rows, const kernels::ScreenBounds& query,
                           float floor) const {
    return kernels.may_reach(products, rows, widened(query), floor);
  }
  Range range(std::int32_t product, const kernels::ScreenRows& rows, std::size_t j,
              const kernels::ScreenBounds& query) const {
    const kernels::ScreenBounds wide = widened(query);
    const double score = double(wide.scale) * rows.scales[j] * product;
    const double slack = double(wide.radius) * rows.norms[j] + double(wide.norm) * rows.radii[j];
    return {score - slack, score + slack};
  }

 private:
  // The length of the query itself, and what float32 may do to a product of two vectors, neither of which is
  // more than twice as long as its codes.
  kernels::ScreenBounds widened(const kernels::ScreenBounds& query) const {
    return {query.scale, query.norm + query.radius, query.radius + rounding_ * query.norm};
  }
  float rounding_;
};

// What codes say of minus the squared distance.
class DistanceBounds {
 public:
  explicit DistanceBounds(std::size_t dim) : rounding_(rounding(dim)) {}

  std::uint64_t may_answer(const kernels::ScreenKernels& kernels, const std::int32_t* products,
                           const kernels::ScreenRows& rows, const kernels::ScreenBounds& query,
                           float floor) const {
    const double reach = std::sqrt(-double(floor)) * (1.0 + rounding_) + query.radius;
    return kernels.may_be_within(products, rows, query, static_cast<float>(reach * kUp));
  }
  Range range(std::int32_t product, const kernels::ScreenRows& rows, std::size_t j,
              const kernels::ScreenBounds& query) const {
    const double squares = double(query.norm) * query.norm + double(rows.norms[j]) * rows.norms[j];
    const double twice = 2.0 * query.scale * rows.scales[j] * product;
    const double radius = double(query.radius) + rows.radii[j];
    // Norms are rounded up: less of them is missing in the second.
    const double farthest = std::sqrt(std::max(squares - twice, 0.0)) + radius;
    const double nearest = std::sqrt(std::max(kernels::kNearlyAll * squares - twice, 0.0)) - radius;
    const double least_squared = nearest > 0.0 ? nearest * nearest * (1.0 - rounding_) : 0.0;
    return {-farthest * farthest * (1.0 + rounding_) * kUp, -least_squared / kUp};
  }

 private:
  double rounding_;
};

template <class Bounds>
class Screen {
 public:
  Screen(const Level& level, const CodedRows& stored, const CodedQueries& queries, const RowSet* allowed)
      : level_(level), stored_(stored), queries_(queries), allowed_(allowed), bounds_(stored.rows.dim()) {}

  // Looks at panels [first, end) for the queries from `first_query`, of which each shortlist is one.
  void scan(std::size_t first_query, std::vector<Shortlist>& shortlists, std::size_t first, std::size_t end,
            Progress& progress) const {
    std::vector<std::int32_t> products(queries_.tile() * level_.screen.width);
    for (std::size_t step = first; step < end; step += kPanelsPerStep) {
      progress.stop_if_cancelled();
      const std::size_t step_end = std::min(step + kPanelsPerStep, end);
      for (std::size_t panel = step; panel < step_end; ++panel)
        look_at(panel, first_query, shortlists, products.data());
      progress.done += step_end - step;
    }
  }

 private:
  void look_at(std::size_t panel, std::size_t first_query, std::vector<Shortlist>& shortlists,
               std::int32_t* products) const {
    const kernels::ScreenKernels& kernels = level_.screen;
    const std::size_t width = kernels.width;
    const std::uint64_t answering = answering_rows(allowed_, stored_.rows.count(), panel * width, width);
    if (answering == 0) return;
    const std::uint8_t* const codes = stored_.codes.panel(panel);
    const kernels::ScreenRows coded = stored_.codes.bounds(codes);
    for (std::size_t first = 0; first < shortlists.size(); first += queries_.tile()) {
      const std::size_t n = std::min(queries_.tile(), shortlists.size() - first);
      kernels.products(queries_.against(first_query + first, n, codes, products));
      for (std::size_t r = 0; r < n; ++r) {
        Shortlist& shortlist = shortlists[first + r];
        if (shortlist.is_full()) continue;
        const std::int32_t* const own = products + r * width;
        const kernels::ScreenBounds& query = queries_.bounds(first_query + first + r);
        std::uint64_t bits = bounds_.may_answer(kernels, own, coded, query, shortlist.floor()) & answering;
        for (; bits != 0 && !shortlist.is_full(); bits &= bits - 1) {
          const auto j = static_cast<std::size_t>(std::countr_zero(bits));
          const auto [least, most] = bounds_.range(own[j], coded, j, query);
          shortlist.keep(static_cast<std::uint32_t>(panel * width + j), static_cast<float>(least),
                         static_cast<float>(most));
        }
      }
    }
  }

  const Level& level_;
  const CodedRows& stored_;
  const CodedQueries& queries_;
  const RowSet* allowed_;
  const Bounds bounds_;
};

// The best k of some rows, which come in rising order.
std::vector<Candidate> best_of(const Level& level, Metric metric, const Rows& rows, const float* query,
                               std::size_t k, const std::vector<std::int32_t>& candidates) {
  std::vector<float> scores(candidates.size());
  RowScorer(level, metric, rows).score(query, candidates, scores.data());
  TopK best(k, candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (scores[i] > best.threshold()) best.offer({scores[i], static_cast<std::uint32_t>(candidates[i])});
  }
  return best.take();
}

// Rows that may be among the best k, rising, out of what all ranges kept; false when a range kept too many.
bool join(std::vector<Shortlist*>& ranges, std::size_t k, std::vector<std::int32_t>& candidates) {
  TopK surest(k, ranges.size() * k);
  float floor = kNone;
  for (Shortlist* range : ranges) {
    if (range->is_full()) return false;
    floor = std::max(floor, range->floor());
    for (const Candidate& candidate : range->surest()) surest.offer(candidate);
  }
  const std::vector<Candidate> least = surest.take();
  if (least.size() == k) floor = std::max(floor, least.back().score);
  for (Shortlist* range : ranges) {
    for (const auto [row, most] : range->survivors()) {
      if (!(most < floor)) candidates.push_back(static_cast<std::int32_t>(row));
    }
  }
  return true;
}

}  // namespace

bool screening_pays(const Rows& rows, std::size_t k) {
  return rows.count() >= kFewestRows && k <= rows.count() / kRowsPerAnswer;
}

Hits screened_scan(const Level& level, Metric metric, const CodedRows& stored, ConstMatrix queries,
                   std::size_t k, const RowSet* allowed, Progress& progress) {
  Hits hits = no_hits(queries.rows, k);
  if (queries.rows == 0 || stored.rows.count() == 0) return hits;
  const CodedQueries coded(level.screen, queries);
  const std::size_t panels = stored.codes.panel_count(), width = level.screen.width;
  const ScanCut cut = cut_scan({.queries = queries.rows,
                                .query_bytes = coded.query_bytes(),
                                .tile_queries = coded.tile(),
                                .panels = panels,
                                .panel_products = width * queries.cols,
                                .fewest_products = kFewestProducts});
  progress.total += cut.blocks * panels;
  std::vector<Floor> floors(queries.rows);
  std::vector<std::vector<Shortlist>> kept(cut.items());
  parallel_for(kept.size(), [&](std::size_t item) {
    const std::size_t first = cut.first_panel(item), end = std::min(first + cut.range_panels, panels);
    const std::size_t first_query = cut.first_query(item);
    const std::size_t n = std::min(cut.block_queries, queries.rows - first_query);
    kept[item].reserve(n);
    for (std::size_t q = 0; q < n; ++q)
      kept[item].emplace_back(k, (end - first) * width, floors[first_query + q]);
    if (metric == Metric::l2)
      Screen<DistanceBounds>(level, stored, coded, allowed)
          .scan(first_query, kept[item], first, end, progress);
    else
      Screen<ProductBounds>(level, stored, coded, allowed)
          .scan(first_query, kept[item], first, end, progress);
  });

  std::vector<char> is_answered(queries.rows, 0);
  parallel_for(queries.rows, [&](std::size_t query) {
    const std::size_t block = query / cut.block_queries;
    std::vector<Shortlist*> ranges;
    ranges.reserve(cut.ranges);
    for (std::size_t range = 0; range < cut.ranges; ++range)
      ranges.push_back(&kept[range * cut.blocks + block][query % cut.block_queries]);
    std::vector<std::int32_t> candidates;
    if (!coded.can_be_screened(query) || !join(ranges, k, candidates)) return;
    hits.put(query, k, best_of(level, metric, stored.rows, queries.row(query), k, candidates));
    is_answered[query] = 1;
  });

  // The rest, together.
  std::vector<std::size_t> left;
  for (std::size_t query = 0; query < queries.rows; ++query)
    if (is_answered[query] == 0) left.push_back(query);
  if (left.empty()) return hits;
  std::vector<float> asked(left.size() * queries.cols);
  for (std::size_t i = 0; i < left.size(); ++i)
    std::copy_n(queries.row(left[i]), queries.cols, asked.data() + i * queries.cols);
  const Hits found =
      flat_scan(level, metric, stored.rows, {asked.data(), left.size(), queries.cols}, k, allowed, progress);
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::copy_n(found.rows.data() + i * k, k, hits.rows.data() + left[i] * k);
    std::copy_n(found.scores.data() + i * k, k, hits.scores.data() + left[i] * k);
  }
  return hits;
}

}  // namespace attune
