#include "indexes/score_panel.h"

namespace attune {

void score_panel(const Level& level, Metric metric, const float* queries, std::size_t count,
                 const float* panel, std::size_t dim, float* scores) {
  const std::size_t width = level.gemm.tile_cols;
  if (metric == Metric::l2) {
    level.distance.l2_squared_many_to_many(queries, count, panel, width, dim, scores);
    for (std::size_t i = 0; i < count * width; ++i) scores[i] = -scores[i];
    return;
  }
  level.gemm.tile({.a = queries,
                   .a_row_stride = 1,
                   .a_depth_stride = count,
                   .b_panel = panel,
                   .depth = dim,
                   .c = scores,
                   .c_stride = width,
                   .rows = count,
                   .cols = width,
                   .bias = nullptr,
                   .accumulate = false});
}

}  // namespace attune
