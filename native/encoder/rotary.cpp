#include "encoder/rotary.h"

#include <cmath>

namespace attune {

RotaryPositions::RotaryPositions(std::size_t max_tokens, std::size_t head_dim, double theta)
    : head_dim_(head_dim) {
  const std::size_t half = head_dim / 2;
  cosines_.reserve(max_tokens * half);
  sines_.reserve(max_tokens * half);
  for (std::size_t token = 0; token < max_tokens; ++token) {
    for (std::size_t i = 0; i < half; ++i) {
      // Frequency and angle in float, as the reference has them.
      const float frequency =
          1.0f /
          static_cast<float>(std::pow(theta, 2.0 * static_cast<double>(i) / static_cast<double>(head_dim)));
      const float angle = static_cast<float>(token) * frequency;
      cosines_.push_back(std::cos(angle));
      sines_.push_back(std::sin(angle));
    }
  }
}

void RotaryPositions::rotate(Matrix qkv) const {
  const std::size_t half = head_dim_ / 2, heads = 2 * (qkv.cols / 3) / head_dim_;  // of queries and keys
  for (std::size_t token = 0; token < qkv.rows; ++token) {
    const float* const cosines = cosines_.data() + token * half;
    const float* const sines = sines_.data() + token * half;
    for (std::size_t head = 0; head < heads; ++head) {
      float* const first = qkv.row(token) + head * head_dim_;
      float* const second = first + half;
      for (std::size_t i = 0; i < half; ++i) {
        const float x = first[i], y = second[i];
        first[i] = x * cosines[i] - y * sines[i];
        second[i] = y * cosines[i] + x * sines[i];
      }
    }
  }
}

}  // namespace attune
