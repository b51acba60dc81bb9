// The scan behind exact search that reads the numbers of every row.
#pragma once
#include "indexes/flat_index.h"

namespace attune {

// The best k rows of each of `queries`, which are prepared already (metric.h).
Hits flat_scan(const Level& level, Metric metric, const Rows& rows, ConstMatrix queries, std::size_t k,
               const RowSet* allowed, Progress& progress);

}  // namespace attune
