// The definition of the product of codes.
#include "gemm_int8.h"

namespace attune::kernels {
namespace {

constexpr float kLeast = 0x1p-100f;

float quantize(const float* values, std::size_t count, std::size_t depth, std::uint8_t* codes) noexcept {
  // Magnitudes compare as their bits do, with infinity and NaN above all numbers.
  std::uint32_t greatest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t bits;
    __builtin_memcpy(&bits, values + i, sizeof(bits));
    bits &= 0x7fffffffu;
    greatest = bits > greatest ? bits : greatest;
  }
  float most;
  __builtin_memcpy(&most, &greatest, sizeof(most));
  const bool finite = greatest < 0x7f800000u;
  const bool zeros = !finite || most < kLeast;
  const float inverse = zeros ? 0.0f : 127.0f / most;
  for (std::size_t i = 0; i < depth; ++i) {
    // Adding and taking away 1.5 * 2^23 rounds to a whole number.
    const float code = i < count && !zeros ? (values[i] * inverse + 0x1.8p23f) - 0x1.8p23f : 0.0f;
    codes[i] = static_cast<std::uint8_t>(static_cast<std::int8_t>(code));
  }
  if (!finite) return __builtin_nanf("");
  return zeros ? 0.0f : most / 127.0f;
}

void product(const Int8Product& p) noexcept {
  for (std::size_t first = 0; first < p.cols; first += kInt8PanelCols) {
    const std::int8_t* const panel = p.b + first * p.depth;
    const std::size_t cols = p.cols - first < kInt8PanelCols ? p.cols - first : kInt8PanelCols;
    for (std::size_t r = 0; r < p.rows; ++r) {
      for (std::size_t j = 0; j < cols; ++j) {
        std::int32_t sum = 0;
        for (std::size_t k = 0; k < p.depth; ++k) {
          const auto code = static_cast<std::int8_t>(p.a[r * p.a_stride + k]);
          sum += code * panel[(k / 4 * kInt8PanelCols + j) * 4 + k % 4];
        }
        const float bias = p.bias == nullptr ? 0.0f : p.bias[first + j];
        const float scaled = static_cast<float>(sum) * (p.a_scales[r] * p.b_scales[first + j]);
        p.c[r * p.c_stride + first + j] = scaled + bias;
      }
    }
  }
}

}  // namespace

const GemmInt8Kernels gemm_int8_scalar = {"scalar", 0, quantize, product};
}  // namespace attune::kernels
