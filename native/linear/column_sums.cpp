#include "linear/column_sums.h"

namespace attune {

void add_column_sums(ConstMatrix matrix, float* sums) {
  std::size_t row = 0;
  for (; row + 4 <= matrix.rows; row += 4) {
    const float *const a = matrix.row(row), *const b = matrix.row(row + 1), *const c = matrix.row(row + 2),
                       *const d = matrix.row(row + 3);
    for (std::size_t j = 0; j < matrix.cols; ++j) sums[j] += (a[j] + b[j]) + (c[j] + d[j]);
  }
  for (; row < matrix.rows; ++row)
    for (std::size_t j = 0; j < matrix.cols; ++j) sums[j] += matrix.row(row)[j];
}

}  // namespace attune
