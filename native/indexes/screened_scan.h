// The scan behind exact search that reads the codes of every row and the numbers of few.
#pragma once
#include "attune/matrix.h"
#include "attune/progress.h"
#include "indexes/codes.h"
#include "indexes/hits.h"
#include "indexes/metric.h"
#include "indexes/row_set.h"
#include "runtime/levels.h"

namespace attune {

// Whether it pays.
bool screening_pays(const Rows& rows, std::size_t k);

// The best k rows of each of `queries`, which are prepared already: to the bit what flat_scan answers.
Hits screened_scan(const Level& level, Metric metric, const CodedRows& stored, ConstMatrix queries,
                   std::size_t k, const RowSet* allowed, Progress& progress);

}  // namespace attune
