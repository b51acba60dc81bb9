// The scores that every scan gives: one kernel a metric, so that they are equal to the bit.
#pragma once
#include "indexes/metric.h"
#include "runtime/levels.h"

namespace attune {

// scores[r * tile_cols + j] of `count` queries, at most gemm's tile_rows, which lie side by side, [dim,
// count], with row j of a panel, [dim, tile_cols], of the level's gemm.
void score_panel(const Level& level, Metric metric, const float* queries, std::size_t count,
                 const float* panel, std::size_t dim, float* scores);

}  // namespace attune
