#include "encoder/pooling.h"

#include <algorithm>
#include <cmath>

namespace attune {

void pool(Pooling pooling, ConstMatrix tokens, float* out) {
  const std::size_t dim = tokens.cols;
  if (tokens.rows == 0) {
    std::fill_n(out, dim, 0.0f);
    return;
  }
  if (pooling == Pooling::lasttoken) {
    std::copy_n(tokens.row(tokens.rows - 1), dim, out);
    return;
  }
  std::copy_n(tokens.row(0), dim, out);
  if (pooling == Pooling::cls) return;
  for (std::size_t t = 1; t < tokens.rows; ++t) {
    const float* const row = tokens.row(t);
    if (pooling == Pooling::max) {
      for (std::size_t i = 0; i < dim; ++i) out[i] = std::max(out[i], row[i]);
    } else {
      for (std::size_t i = 0; i < dim; ++i) out[i] += row[i];
    }
  }
  if (pooling == Pooling::max) return;
  const float count = static_cast<float>(tokens.rows);
  const float divisor = pooling == Pooling::mean ? count : std::sqrt(count);
  for (std::size_t i = 0; i < dim; ++i) out[i] /= divisor;
}

}  // namespace attune
