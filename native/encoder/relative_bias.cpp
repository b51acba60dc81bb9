#include "encoder/relative_bias.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace attune {
namespace {

constexpr double kFarthest = 128;  // tokens: what is farther is one class

}  // namespace

std::size_t relative_bucket(std::ptrdiff_t distance, std::size_t buckets) {
  const std::size_t half = buckets / 2, single = half / 2;
  const std::size_t steps = static_cast<std::size_t>(std::abs(distance));
  const std::size_t first = distance > 0 ? half : 0;
  if (steps < single) return first + steps;
  // In float, as the reference has it.
  const float share = std::log(static_cast<float>(steps) / static_cast<float>(single)) /
                      static_cast<float>(std::log(kFarthest / static_cast<double>(single)));
  const std::size_t far = single + static_cast<std::size_t>(share * static_cast<float>(half - single));
  return first + std::min(far, half - 1);
}

RelativeBias::RelativeBias(const TransformerConfig& config, const float* table) {
  if (config.relative_buckets == 0) return;
  heads_ = config.heads;
  tokens_ = config.max_tokens();
  for (std::size_t i = 0; i < 2 * tokens_ - 1; ++i) {
    const std::ptrdiff_t distance = static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(tokens_ - 1);
    buckets_.push_back(relative_bucket(distance, config.relative_buckets));
  }
  by_distance_.resize(heads_ * buckets_.size());
  replace(table);
}

void RelativeBias::replace(const float* table) {
  for (std::size_t head = 0; head < heads_; ++head) {
    for (std::size_t i = 0; i < buckets_.size(); ++i)
      by_distance_[head * buckets_.size() + i] = table[buckets_[i] * heads_ + head];
  }
}

void RelativeBias::add(std::size_t head, float scale, Matrix scores) const {
  if (heads_ == 0) return;
  const float* const own = by_distance_.data() + head * buckets_.size() + tokens_ - 1;
  for (std::size_t query = 0; query < scores.rows; ++query) {
    float* const row = scores.row(query);
    const float* const from = own - query;
    for (std::size_t key = 0; key < scores.cols; ++key) row[key] += from[key] / scale;
  }
}

void RelativeBias::add_gradients(std::size_t head, float scale, ConstMatrix gradients,
                                 float* table_gradients) const {
  if (heads_ == 0) return;
  for (std::size_t query = 0; query < gradients.rows; ++query) {
    const std::size_t* const from = buckets_.data() + tokens_ - 1 - query;
    for (std::size_t key = 0; key < gradients.cols; ++key)
      table_gradients[from[key] * heads_ + head] += gradients.row(query)[key] / scale;
  }
}

}  // namespace attune
