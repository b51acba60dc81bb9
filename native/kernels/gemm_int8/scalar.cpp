// The definition of the product of codes.
#include "gemm_int8.h"

namespace attune::kernels {
namespace {

// To the nearest whole number, ties to the even one, of magnitudes below 2^22.
float whole(float value) noexcept { return (value + 0x1.8p23f) - 0x1.8p23f; }

RowCodes quantize(const float* values, std::size_t count, std::size_t depth, std::uint8_t* codes) noexcept {
  float low = 0.0f, high = 0.0f;
  bool finite = true;
  for (std::size_t i = 0; i < count; ++i) {
    finite = finite && values[i] - values[i] == 0.0f;
    low = values[i] < low ? values[i] : low;
    high = values[i] > high ? values[i] : high;
  }
  const float range = high - low;
  finite = finite && range - range == 0.0f;
  const bool codable = finite && range >= 0x1p-100f;
  const float inverse = codable ? 255.0f / range : 0.0f;
  const float zero = codable ? whole(-low * inverse) : 0.0f;
  for (std::size_t i = 0; i < depth; ++i) {
    float code = zero;
    if (i < count && codable) code += whole(values[i] * inverse);
    codes[i] = static_cast<std::uint8_t>(code < 0.0f ? 0.0f : code > 255.0f ? 255.0f : code);
  }
  if (!finite) return {__builtin_nanf(""), 0};
  return {codable ? range / 255.0f : 0.0f, static_cast<std::int32_t>(zero)};
}

void product(const Int8Product& p) noexcept {
  for (std::size_t first = 0; first < p.cols; first += kInt8PanelCols) {
    const std::int8_t* const panel = p.b + first * p.depth;
    const std::size_t cols = p.cols - first < kInt8PanelCols ? p.cols - first : kInt8PanelCols;
    for (std::size_t r = 0; r < p.rows; ++r) {
      for (std::size_t j = 0; j < cols; ++j) {
        std::int32_t sum = 0;
        for (std::size_t k = 0; k < p.depth; ++k) {
          const std::int32_t left = p.a[r * p.a_stride + k] - p.a_rows[r].zero;
          sum += left * panel[(k / 4 * kInt8PanelCols + j) * 4 + k % 4];
        }
        const float bias = p.bias == nullptr ? 0.0f : p.bias[first + j];
        const float scaled = static_cast<float>(sum) * (p.a_rows[r].scale * p.b_scales[first + j]);
        p.c[r * p.c_stride + first + j] = scaled + bias;
      }
    }
  }
}

}  // namespace

const GemmInt8Kernels gemm_int8_scalar = {"scalar", quantize, product};
}  // namespace attune::kernels
