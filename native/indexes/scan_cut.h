// How a scan is cut into items for the threads: a block of queries against a range of panels each.
#pragma once
#include <cstddef>

namespace attune {

struct ScanCut {
  std::size_t block_queries, blocks, range_panels, ranges;

  // Items that run at the same time read the same range,
  // so that it comes from memory once for several blocks.
  std::size_t items() const { return blocks * ranges; }
  std::size_t first_query(std::size_t item) const { return item % blocks * block_queries; }
  std::size_t first_panel(std::size_t item) const { return item / blocks * range_panels; }
};

struct ScanSize {
  std::size_t queries, query_bytes;
  std::size_t tile_queries;  // a block holds whole tiles
  std::size_t panels;
  std::size_t panel_products;   // multiplications of a query with a panel
  std::size_t fewest_products;  // below this many, an item is not worth a thread's waking
};

ScanCut cut_scan(const ScanSize& size);

}  // namespace attune
