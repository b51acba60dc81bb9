#include "indexes/scan_cut.h"

#include <algorithm>

#include "runtime/thread_pool.h"

namespace attune {
namespace {

// A block of queries stays in the second-level cache while panels pass by.
constexpr std::size_t kBlockBytes = std::size_t{256} << 10;
constexpr std::size_t kItemsPerThread = 4;  // so that threads end together though some run late

std::size_t divided_up(std::size_t amount, std::size_t by) { return (amount + by - 1) / by; }

}  // namespace

ScanCut cut_scan(const ScanSize& size) {
  const std::size_t tile = size.tile_queries;
  const std::size_t most = std::max<std::size_t>(1, kBlockBytes / size.query_bytes / tile) * tile;
  ScanCut cut{};
  cut.block_queries = divided_up(divided_up(size.queries, divided_up(size.queries, most)), tile) * tile;
  cut.blocks = divided_up(size.queries, cut.block_queries);
  const std::size_t products = size.panels * size.panel_products * std::min(size.queries, cut.block_queries);
  const std::size_t wanted = divided_up(kItemsPerThread * thread_count(), cut.blocks);
  const std::size_t ranges = std::clamp<std::size_t>(products / size.fewest_products, 1, wanted);
  cut.range_panels = divided_up(size.panels, ranges);
  cut.ranges = divided_up(size.panels, cut.range_panels);
  return cut;
}

}  // namespace attune
