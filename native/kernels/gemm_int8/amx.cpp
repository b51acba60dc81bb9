// Products of codes for x86 CPUs with AMX: TDPBUSD multiplies 16 rows x 64 depths by 64 depths x 16 columns.
//
// The process must have the kernel's leave to use tiles. This file and its sibling of gemm_bf16 alone are
// compiled with AMX flags. It includes intrinsics and headers of kernels only.
#include "avx512_vnni.h"
#include "kernels/gemm_tiles/amx_registers.h"
#include "tile_product.h"

namespace attune::kernels {
namespace {

struct Int8Tiles : AmxRegisters {
  template <int i, int j>
  void multiply() noexcept {
    if constexpr (i == 0 && j == 0) _tile_dpbusd(0, 4, 6);
    if constexpr (i == 0 && j == 1) _tile_dpbusd(1, 4, 7);
    if constexpr (i == 1 && j == 0) _tile_dpbusd(2, 5, 6);
    if constexpr (i == 1 && j == 1) _tile_dpbusd(3, 5, 7);
  }
};

void product(const Int8Product& p) noexcept { int8_tile_product(Int8Tiles{}, p); }

}  // namespace

const GemmInt8Kernels gemm_int8_amx = {"amx", avx512_vnni::quantize, product};
}  // namespace attune::kernels
