// Products of 8-bit codes with a scale a row and a scale a column: exact sums, float32 out.
#pragma once
#include <cstddef>
#include <cstdint>

namespace attune::kernels {

// A row x is about scale * code, with codes from -127 to 127. The right operand is cut into panels of 16
// columns. A panel holds, for each four depths, the four codes of every column, 64 bytes:
//
//   panel[(four * 16 + column) * 4 + i]  =  right[4 * four + i, column]
//
// One such line is a register of AVX-512, and 16 of them are a tile of AMX. Depth and columns that are
// missing are code 0.
constexpr std::size_t kInt8PanelCols = 16;
constexpr std::size_t kInt8DepthStep = 64;      // depths of 16 lines; a padded depth is a multiple of it
constexpr std::size_t kInt8MostDepth = 131072;  // 127 * 127 * this and 128 * 127 * this are below 2^31

struct Int8Product {
  const std::uint8_t* a;       // [rows, depth], codes as `quantize` of the same level writes them
  std::size_t a_stride;        // bytes from one row to the next
  const float* a_scales;       // [rows]
  const std::int8_t* b;        // the panels, [cols / 16 rounded up, depth / 4, 16, 4]
  const float* b_scales;       // [cols rounded up to 16]
  const std::int32_t* b_sums;  // [cols rounded up to 16], the sum of each column's codes
  std::size_t depth;           // padded
  float* c;
  std::size_t c_stride;
  std::size_t rows;
  std::size_t cols;
  const float* bias;  // cols numbers, or null for none
};

struct GemmInt8Kernels {
  const char* name;

  // What is added to a code of the left operand where it is stored: 0, or 128 where the CPU multiplies bytes
  // without a sign by bytes with one.
  std::uint8_t offset;

  // Codes of one row and its scale, which is returned:
  //
  //   scale = max |values| / 127,   code = values / scale, rounded to nearest, ties to the even one
  //
  // Codes from `count` to `depth` are 0. When all values are below 2^-100 in magnitude, scale and codes are 0;
  // when one is not finite, the scale is NaN and the codes are 0. The same bits at every level.
  float (*quantize)(const float* values, std::size_t count, std::size_t depth, std::uint8_t* codes) noexcept;

  //   c[r, j]  =  float(sum over k < depth of  code[r, k] * right[k, j]) * (a_scales[r] * b_scales[j]) + bias[j]
  //
  // The sum is exact, and each operation after it rounds: the same bits at every level.
  void (*product)(const Int8Product& product) noexcept;
};

extern const GemmInt8Kernels gemm_int8_scalar;
extern const GemmInt8Kernels gemm_int8_avx512_vnni;
extern const GemmInt8Kernels gemm_int8_amx;

}  // namespace attune::kernels
