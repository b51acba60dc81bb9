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

void pool_backward(Pooling pooling, ConstMatrix tokens, const float* gradient, Matrix token_gradients) {
  const std::size_t dim = tokens.cols;
  const bool is_mean = pooling == Pooling::mean || pooling == Pooling::mean_sqrt_len;
  const float count = static_cast<float>(tokens.rows);
  const float share = pooling == Pooling::mean ? 1.0f / count : 1.0f / std::sqrt(count);
  for (std::size_t t = 0; t < tokens.rows; ++t) {
    float* const row = token_gradients.row(t);
    for (std::size_t i = 0; i < dim; ++i) row[i] = is_mean ? gradient[i] * share : 0.0f;
  }
  if (is_mean || tokens.rows == 0) return;
  if (pooling == Pooling::max) {
    for (std::size_t i = 0; i < dim; ++i) {
      std::size_t greatest = 0;
      for (std::size_t t = 1; t < tokens.rows; ++t)
        if (tokens.row(t)[i] > tokens.row(greatest)[i]) greatest = t;
      token_gradients.row(greatest)[i] = gradient[i];
    }
    return;
  }
  std::copy_n(gradient, dim, token_gradients.row(pooling == Pooling::cls ? 0 : tokens.rows - 1));
}

}  // namespace attune
