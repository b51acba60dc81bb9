// The scan behind exact search that reads the codes of every row and the numbers of few.
#pragma once
#include "indexes/flat_index.h"

namespace attune {

// Whether it pays.
bool screening_pays(const Rows& rows, std::size_t k);

// The best k rows of each of `queries`, which are prepared already: to the bit what flat_scan answers.
Hits screened_scan(const Level& level, Metric metric, const Rows& rows, ConstMatrix queries, std::size_t k,
                   const RowSet* allowed, Progress& progress);

}  // namespace attune
