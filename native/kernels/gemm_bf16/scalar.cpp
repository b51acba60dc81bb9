// The definition of the bfloat16 product.
#include "gemm_bf16.h"

namespace attune::kernels {
namespace {

std::uint16_t rounded(float value) noexcept {
  std::uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof(bits));
  // The upper half of a NaN, made a quiet one: rounding could carry it to infinity.
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<std::uint16_t>((bits >> 16) | 0x40u);
  return static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

float widened(std::uint16_t value) noexcept {
  const std::uint32_t bits = std::uint32_t{value} << 16;
  float result;
  __builtin_memcpy(&result, &bits, sizeof(result));
  return result;
}

void round(const float* values, std::size_t count, std::uint16_t* out) noexcept {
  for (std::size_t i = 0; i < count; ++i) out[i] = rounded(values[i]);
}

void pack_columns(const float* columns, std::size_t depth_stride, std::size_t have, std::size_t cols,
                  std::size_t depth, std::uint16_t* panel) noexcept {
  for (std::size_t k = 0; k < depth; ++k) {
    for (std::size_t j = 0; j < kBf16PanelCols; ++j) {
      panel[(k / 2 * kBf16PanelCols + j) * 2 + k % 2] =
          k < have && j < cols ? rounded(columns[k * depth_stride + j]) : std::uint16_t{0};
    }
  }
}

void product(const Bf16Product& p) noexcept {
  for (std::size_t first = 0; first < p.cols; first += kBf16PanelCols) {
    const std::uint16_t* const panel = p.b + first * p.depth;
    const std::size_t cols = p.cols - first < kBf16PanelCols ? p.cols - first : kBf16PanelCols;
    for (std::size_t r = 0; r < p.rows; ++r) {
      float sums[kBf16PanelCols] = {};
      for (std::size_t k = 0; k < p.depth; ++k) {
        const float a = widened(p.a[r * p.a_stride + k]);
        for (std::size_t j = 0; j < kBf16PanelCols; ++j)
          sums[j] += a * widened(panel[(k / 2 * kBf16PanelCols + j) * 2 + k % 2]);
      }
      float* const out = p.c + r * p.c_stride + first;
      for (std::size_t j = 0; j < cols; ++j) {
        const float bias = p.bias == nullptr ? 0.0f : p.bias[first + j];
        out[j] = (p.accumulate ? out[j] : bias) + sums[j];
      }
    }
  }
}

}  // namespace

const GemmBf16Kernels gemm_bf16_scalar = {"scalar", round, pack_columns, product};
}  // namespace attune::kernels
