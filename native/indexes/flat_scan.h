// The scan behind exact search that reads the numbers of every row.
#pragma once
#include "attune/matrix.h"
#include "attune/progress.h"
#include "indexes/hits.h"
#include "indexes/metric.h"
#include "indexes/row_set.h"
#include "indexes/rows.h"
#include "runtime/levels.h"

namespace attune {

// The best k rows of each of `queries`, which are prepared already (metric.h).
Hits flat_scan(const Level& level, Metric metric, const Rows& rows, ConstMatrix queries, std::size_t k,
               const RowSet* allowed, Progress& progress);

}  // namespace attune
