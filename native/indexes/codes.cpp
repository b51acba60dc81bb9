#include "indexes/codes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace attune {
namespace {

constexpr double kShortest = 1e-15, kLongest = 1e15;
constexpr double kUp =
    1.0 + 0x1p-20;  // covers the rounding of a bound to float32, and of the products of bounds

struct Lengths {
  double vector, coded, difference;  // squared
};

Lengths lengths(const float* vector, std::size_t dim, float scale, const std::int8_t* codes) {
  // Four sums of each, because one chain of additions waits on its own latency.
  double vector_sums[4] = {}, coded_sums[4] = {}, difference_sums[4] = {};
  for (std::size_t i = 0; i < dim; ++i) {
    const double value = vector[i], coded = double(scale) * codes[i];
    vector_sums[i % 4] += value * value;
    coded_sums[i % 4] += coded * coded;
    difference_sums[i % 4] += (value - coded) * (value - coded);
  }
  const auto total = [](const double* sums) { return (sums[0] + sums[1]) + (sums[2] + sums[3]); };
  return {total(vector_sums), total(coded_sums), total(difference_sums)};
}

}  // namespace

kernels::ScreenBounds encode(const float* vector, std::size_t dim, std::int8_t* codes) {
  float greatest = 0.0f;
  for (std::size_t i = 0; i < dim; ++i) greatest = std::max(greatest, std::abs(vector[i]));
  const float scale = greatest / 127.0f;
  const float per_code = greatest > 0.0f ? 127.0f / greatest : 0.0f;
  if (!std::isfinite(per_code) || scale == 0.0f) {
    std::fill_n(codes, dim, std::int8_t{0});
    return {0.0f, 0.0f, greatest > 0.0f ? std::numeric_limits<float>::infinity() : 0.0f};
  }
  for (std::size_t i = 0; i < dim; ++i) {
    const float code = vector[i] * per_code;
    codes[i] = static_cast<std::int8_t>(static_cast<int>(code + (code < 0.0f ? -0.5f : 0.5f)));
  }
  const auto [vector_squared, coded_squared, difference_squared] = lengths(vector, dim, scale, codes);
  const double length = std::sqrt(vector_squared), norm = std::sqrt(coded_squared);
  if (!(length >= kShortest && length <= kLongest)) {
    return {scale, static_cast<float>(norm), std::numeric_limits<float>::infinity()};
  }
  return {scale, static_cast<float>(norm * kUp), static_cast<float>(std::sqrt(difference_squared) * kUp)};
}

Codes::Codes(std::size_t dim, std::size_t width)
    : dim_(dim),
      width_(width),
      code_bytes_(code_groups(dim) * width * 4),
      panel_bytes_(code_bytes_ + 3 * width * sizeof(float)) {}

void Codes::grow(std::size_t rows) {
  full_panels_ = rows / width_;
  panel_count_ = (rows + width_ - 1) / width_;
  while (blocks_.size() * kBlockPanels < full_panels_)
    blocks_.push_back(std::make_shared<AlignedBuffer<std::uint8_t>>(kBlockPanels * panel_bytes_));
  tail_ = panel_count_ > full_panels_ ? std::make_shared<AlignedBuffer<std::uint8_t>>(panel_bytes_) : nullptr;
}

void Codes::fill(const Rows& rows, std::size_t begin, std::size_t end) {
  for (std::size_t panel = begin / width_; panel * width_ < end; ++panel) {
    const std::size_t first = panel * width_;
    fill_panel(panel, rows.row(first), std::min(width_, end - first));
  }
}

void Codes::fill_panel(std::size_t panel, const float* rows, std::size_t count) {
  auto* const out = const_cast<std::uint8_t*>(this->panel(panel));
  auto* const scales = reinterpret_cast<float*>(out + code_bytes_);
  std::fill_n(out, code_bytes_, std::uint8_t{128});
  std::fill_n(scales, 3 * width_, 0.0f);
  std::vector<std::int8_t> codes(dim_);
  for (std::size_t j = 0; j < count; ++j) {
    const auto [scale, norm, radius] = encode(rows + j * dim_, dim_, codes.data());
    scales[j] = scale;
    scales[width_ + j] = norm;
    scales[2 * width_ + j] = radius;
    for (std::size_t k = 0; k < dim_; ++k)
      out[(k / 4 * width_ + j) * 4 + k % 4] = static_cast<std::uint8_t>(codes[k] + 128);
  }
}

}  // namespace attune
