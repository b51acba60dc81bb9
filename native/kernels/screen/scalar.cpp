// The definition of the screen.
#include "screen.h"

namespace attune::kernels {
namespace {

constexpr std::size_t kWidth = 16;

void products(const ScreenTile& t) noexcept {
  for (std::size_t r = 0; r < t.count; ++r) {
    for (std::size_t j = 0; j < kWidth; ++j) {
      std::int32_t sum = t.starts[r];
      for (std::size_t g = 0; g < t.groups; ++g) {
        const std::int8_t* query = t.queries + (g * t.count + r) * 4;
        const std::uint8_t* row = t.panel + (g * kWidth + j) * 4;
        // Four products together stay far below 2^31; the sum may pass it on the way, and comes back.
        std::int32_t four = 0;
        for (std::size_t i = 0; i < 4; ++i) four += query[i] * row[i];
        sum = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) + static_cast<std::uint32_t>(four));
      }
      t.products[r * kWidth + j] = sum;
    }
  }
}

std::uint64_t may_reach(const std::int32_t* products, const ScreenRows& rows, const ScreenBounds& query,
                        float threshold) noexcept {
  std::uint64_t bits = 0;
  for (std::size_t j = 0; j < kWidth; ++j) {
    const float score = query.scale * (rows.scales[j] * static_cast<float>(products[j]));
    const float most = score + (query.radius * rows.norms[j] + query.norm * rows.radii[j]);
    bits |= static_cast<std::uint64_t>(!(most < threshold)) << j;
  }
  return bits;
}

std::uint64_t may_be_within(const std::int32_t* products, const ScreenRows& rows, const ScreenBounds& query,
                            float reach) noexcept {
  std::uint64_t bits = 0;
  for (std::size_t j = 0; j < kWidth; ++j) {
    const float squares = query.norm * query.norm + rows.norms[j] * rows.norms[j];
    const float product = query.scale * (rows.scales[j] * static_cast<float>(products[j]));
    const float distance = kNearlyAll * squares - 2.0f * product;  // squared
    const float most = reach + rows.radii[j];
    bits |= static_cast<std::uint64_t>(!(distance > most * most)) << j;
  }
  return bits;
}

}  // namespace

const ScreenKernels screen_scalar = {"scalar", 4, kWidth, products, may_reach, may_be_within};
}  // namespace attune::kernels
