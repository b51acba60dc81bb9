// Products of bfloat16 matrices, summed in float32.
#pragma once
#include <cstddef>
#include <cstdint>

namespace attune::kernels {

// The right operand is cut into panels of 16 columns. A panel holds, for each pair of depths, the pair of every
// column, 64 bytes:
//
//   panel[(pair * 16 + column) * 2 + i]  =  right[2 * pair + i, column]
//
// One such line is a register of AVX-512, and 16 of them are a tile of AMX. Depth and columns that are
// missing are zeros.
constexpr std::size_t kBf16PanelCols = 16;
constexpr std::size_t kBf16DepthStep = 32;  // depths of 16 lines; a padded depth is a multiple of it

struct Bf16Product {
  const std::uint16_t* a;  // [rows, depth]
  std::size_t a_stride;    // numbers from one row to the next
  const std::uint16_t* b;  // the panels, [cols / 16 rounded up, depth / 2, 16, 2]
  std::size_t depth;       // padded
  float* c;
  std::size_t c_stride;
  std::size_t rows;
  std::size_t cols;
  const float* bias;  // cols numbers, or null for none
  bool accumulate;
};

struct GemmBf16Kernels {
  const char* name;

  //   out[i] = values[i], rounded to the nearest bfloat16, ties to the even one; NaN remains NaN
  //
  // A level may take subnormal numbers for zeros.
  void (*round)(const float* values, std::size_t count, std::uint16_t* out) noexcept;

  // Fills one panel, for k < depth, padded, where `have` depths and `cols` columns are there:
  //
  //   right[k, j]  =  columns[k * depth_stride + j], rounded
  void (*pack_columns)(const float* columns, std::size_t depth_stride, std::size_t have, std::size_t cols,
                       std::size_t depth, std::uint16_t* panel) noexcept;

  //   c[r, j]  =  start + sum over k < depth of  a[r, k] * right[k, j]
  //
  // where start is what c holds when it accumulates, else the bias. An element is a sum of its own in an order
  // that depends on the depth alone: it is the same whatever the other rows and columns are. A level may sum
  // in another order than the next, and may take subnormal numbers for zeros.
  void (*product)(const Bf16Product& product) noexcept;
};

extern const GemmBf16Kernels gemm_bf16_scalar;
extern const GemmBf16Kernels gemm_bf16_avx512;
extern const GemmBf16Kernels gemm_bf16_avx512_bf16;
extern const GemmBf16Kernels gemm_bf16_amx;

}  // namespace attune::kernels
