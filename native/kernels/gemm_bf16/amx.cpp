// bfloat16 products for x86 CPUs with AMX: TDPBF16PS multiplies 16 rows x 32 depths by 32 depths x 16 columns.
//
// The instruction takes subnormal numbers for zeros. The process must have the kernel's leave to use tiles.
// This file and its sibling of gemm_int8 alone are compiled with AMX flags. It includes intrinsics and
// headers of kernels only.
#include "avx512_bf16.h"
#include "kernels/gemm_tiles/amx_registers.h"
#include "tile_product.h"

namespace attune::kernels {
namespace {

struct Bf16Tiles : AmxRegisters {
  template <int i, int j>
  void multiply() noexcept {
    if constexpr (i == 0 && j == 0) _tile_dpbf16ps(0, 4, 6);
    if constexpr (i == 0 && j == 1) _tile_dpbf16ps(1, 4, 7);
    if constexpr (i == 1 && j == 0) _tile_dpbf16ps(2, 5, 6);
    if constexpr (i == 1 && j == 1) _tile_dpbf16ps(3, 5, 7);
  }
};

void product(const Bf16Product& p) noexcept { bf16_tile_product(Bf16Tiles{}, p); }

}  // namespace

const GemmBf16Kernels gemm_bf16_amx = {"amx", avx512_bf16::round, avx512_bf16::pack_columns, product};
}  // namespace attune::kernels
