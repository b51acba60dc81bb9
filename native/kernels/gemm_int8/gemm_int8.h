// Products of 8-bit codes with a scale a row and a scale a column: exact sums, float32 out.
#pragma once
#include <cstddef>
#include <cstdint>

namespace attune::kernels {

// A row of the left operand is about scale * (code - zero), with codes from 0 to 255; a column of the right one
// about scale * code, with codes from -127 to 127. The right operand is cut into panels of 16
// columns. A panel holds, for each four depths, the four codes of every column, 64 bytes:
//
//   panel[(four * 16 + column) * 4 + i]  =  right[4 * four + i, column]
//
// One such line is a register of AVX-512, and 16 of them are a tile of AMX. Depth and columns that are
// missing are code 0.
constexpr std::size_t kInt8PanelCols = 16;
constexpr std::size_t kInt8DepthStep = 64;     // depths of 16 lines; a padded depth is a multiple of it
constexpr std::size_t kInt8MostDepth = 65536;  // 255 * 127 * this is below 2^31

// What the codes of a row stand for.
struct RowCodes {
  float scale;
  std::int32_t zero;  // 0 to 255
};

struct Int8Product {
  const std::uint8_t* a;       // [rows, depth], codes
  std::size_t a_stride;        // bytes from one row to the next
  const RowCodes* a_rows;      // [rows]
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

  // Codes of one row. With low and high its least and greatest value, or 0 where that is beyond,
  //
  //   scale = (high - low) / 255,   zero = round(-low / scale),   code = round(value / scale) + zero
  //
  // where / scale is a product with 255 / (high - low), ties go to the even number, and codes are kept within 0
  // to 255. Codes from `count` to `depth` are `zero`. When high - low is below 2^-100, scale, zero and codes are
  // 0; when it or a value is not finite, the scale is NaN and the rest 0. The same bits at every level.
  RowCodes (*quantize)(const float* values, std::size_t count, std::size_t depth,
                       std::uint8_t* codes) noexcept;

  //   sum      =  sum over k < depth of  (code[r, k] - zero[r]) * right[k, j]
  //   c[r, j]  =  float(sum) * (scale[r] * b_scales[j]) + bias[j]
  //
  // The sum is exact, and each operation after it rounds: the same bits at every level.
  void (*product)(const Int8Product& product) noexcept;
};

extern const GemmInt8Kernels gemm_int8_scalar;
extern const GemmInt8Kernels gemm_int8_avx512_vnni;
extern const GemmInt8Kernels gemm_int8_amx;

}  // namespace attune::kernels
