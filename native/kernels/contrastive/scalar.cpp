// The definition of the softmax kernels, as plain as the arithmetic allows.
#include "contrastive.h"

#include <cmath>

namespace attune::kernels {
namespace {

void merge_row(const float* logits, std::size_t cols, float* max, float* sum) noexcept {
  float top = *max;
  for (std::size_t j = 0; j < cols; ++j) top = logits[j] > top ? logits[j] : top;
  float total = *sum * std::exp(*max - top);
  for (std::size_t j = 0; j < cols; ++j) total += std::exp(logits[j] - top);
  *max = top;
  *sum = total;
}

void raise_maxima(const float* logits, std::size_t cols, float* maxima) noexcept {
  for (std::size_t j = 0; j < cols; ++j) maxima[j] = logits[j] > maxima[j] ? logits[j] : maxima[j];
}

void add_exponentials(const float* logits, const float* maxima, std::size_t cols, float* sums) noexcept {
  for (std::size_t j = 0; j < cols; ++j) sums[j] += std::exp(logits[j] - maxima[j]);
}

void gradient(float* logits, std::size_t cols, float row_log_sum, float row_weight,
              const float* column_log_sums, const float* column_weights) noexcept {
  for (std::size_t j = 0; j < cols; ++j) {
    const float row_part = row_weight * std::exp(logits[j] - row_log_sum);
    logits[j] = row_part + column_weights[j] * std::exp(logits[j] - column_log_sums[j]);
  }
}

}  // namespace

const ContrastiveKernels contrastive_scalar = {"scalar", merge_row, raise_maxima, add_exponentials, gradient};
}  // namespace attune::kernels
