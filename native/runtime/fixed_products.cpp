#include "runtime/fixed_products.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "runtime/aligned_buffer.h"

namespace attune {
namespace {

// Whole and broken tiles of every level: 32 + 3 rows, 3 panels and a column.
constexpr std::size_t kRows = 35, kCols = 49, kPanels = 4, kDepth = 128, kStride = kDepth + 64;

// Numbers from -1 to 1 that a bfloat16 does not hold exactly.
std::vector<float> fixed_values(std::size_t count, std::uint32_t state) {
  std::vector<float> values(count);
  for (float& value : values) {
    state = state * 1664525u + 1013904223u;
    value = static_cast<float>(static_cast<std::int32_t>(state)) * 0x1p-31f;
  }
  return values;
}

struct Bf16Case {
  std::vector<std::uint16_t> a = std::vector<std::uint16_t>(kRows * kStride);
  AlignedBuffer<std::uint16_t> b{kPanels * 16 * kDepth};
  std::vector<float> c = std::vector<float>(kRows * kCols);

  explicit Bf16Case(const kernels::GemmBf16Kernels& kernels) {
    const std::vector<float> left = fixed_values(kRows * kDepth, 1), right = fixed_values(kDepth * kCols, 2);
    for (std::size_t r = 0; r < kRows; ++r)
      kernels.round(left.data() + r * kDepth, kDepth, a.data() + r * kStride);
    for (std::size_t panel = 0; panel < kPanels; ++panel) {
      const std::size_t col = panel * 16, cols = kCols - col < 16 ? kCols - col : 16;
      kernels.pack_columns(right.data() + col, kCols, kDepth, cols, kDepth, b.data() + col * kDepth);
    }
  }
  void multiply(const kernels::GemmBf16Kernels& kernels) {
    kernels.product(
        {a.data(), kStride, b.data(), kDepth, c.data(), kCols, kRows, kCols, nullptr, /*accumulate=*/false});
  }
};

struct Int8Case {
  std::vector<std::uint8_t> a = std::vector<std::uint8_t>(kRows * kStride);
  std::vector<kernels::RowCodes> a_rows = std::vector<kernels::RowCodes>(kRows);
  AlignedBuffer<std::int8_t> b{kPanels * 16 * kDepth};
  std::vector<float> b_scales = fixed_values(kPanels * 16, 3);
  std::vector<std::int32_t> b_sums = std::vector<std::int32_t>(kPanels * 16);
  std::vector<float> c = std::vector<float>(kRows * kCols);

  explicit Int8Case(const kernels::GemmInt8Kernels& kernels) {
    const std::vector<float> left = fixed_values(kRows * kDepth, 1);
    const std::vector<float> right = fixed_values(kPanels * 16 * kDepth, 2);
    for (std::size_t r = 0; r < kRows; ++r) {
      a_rows[r] = kernels.quantize(left.data() + r * kDepth, kDepth, kDepth, a.data() + r * kStride);
    }
    for (std::size_t i = 0; i < right.size(); ++i) {
      b.data()[i] = static_cast<std::int8_t>(right[i] * 127.0f);
      b_sums[i / (16 * kDepth) * 16 + i / 4 % 16] += b.data()[i];
    }
    const std::vector<float> bias = fixed_values(kCols, 4);
    kernels.product({a.data(), kStride, a_rows.data(), b.data(), b_scales.data(), b_sums.data(), kDepth,
                     c.data(), kCols, kRows, kCols, bias.data()});
  }
};

}  // namespace

bool agrees_with_definition(const kernels::GemmBf16Kernels& kernels) {
  Bf16Case expected(kernels::gemm_bf16_scalar), got(kernels);
  if (got.a != expected.a) return false;
  if (std::memcmp(got.b.data(), expected.b.data(), got.b.size() * sizeof(std::uint16_t)) != 0) return false;
  expected.multiply(kernels::gemm_bf16_scalar);
  got.multiply(kernels);
  // Magnitudes are at most 1, so their sum is at most the depth.
  constexpr float kBound = 2.0f * float(kDepth) * float(kDepth) * 0x1p-23f;
  for (std::size_t i = 0; i < got.c.size(); ++i) {
    if (!(std::abs(got.c[i] - expected.c[i]) <= kBound)) return false;
  }
  return true;
}

bool agrees_with_definition(const kernels::GemmInt8Kernels& kernels) {
  const Int8Case expected(kernels::gemm_int8_scalar), got(kernels);
  return std::memcmp(got.c.data(), expected.c.data(), got.c.size() * sizeof(float)) == 0;
}

}  // namespace attune
