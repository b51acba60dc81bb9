// Products of small float32 tiles, from which every matrix product of the core is made.
#pragma once
#include <cstddef>

namespace attune::kernels {

// A level's tile is kTileRows x kTileCols; both operands are packed depth-major, so that the loop over
// depth reads memory in order:  a_panel[k * tile_rows + r],  b_panel[k * tile_cols + j].
struct GemmKernels {
  const char* name;
  std::size_t tile_rows;
  std::size_t tile_cols;

  // c[r * c_stride + j]  =  (or +=)  sum over k < depth of  a_panel[k, r] * b_panel[k, j],  the whole tile.
  void (*tile)(const float* a_panel, const float* b_panel, std::size_t depth, float* c, std::size_t c_stride,
               bool accumulate) noexcept;
};

extern const GemmKernels gemm_scalar;
extern const GemmKernels gemm_avx2;
extern const GemmKernels gemm_avx512;

}  // namespace attune::kernels
