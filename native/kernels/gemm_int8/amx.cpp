// Products of codes for x86 CPUs with AMX: TDPBSSD multiplies 16 rows x 64 depths by 64 depths x 16 columns.
//
// The process must have the kernel's leave to use tiles. This file and its sibling of gemm_bf16 alone are
// compiled with AMX flags. It includes intrinsics and headers of kernels only.
#include "avx512_vnni.h"
#include "kernels/gemm_tiles/amx_registers.h"
#include "tile_product.h"

namespace attune::kernels {
namespace {

constexpr std::uint8_t kOffset = 0;

struct Int8Tiles : AmxRegisters {
  template <int i, int j>
  void multiply() noexcept {
    if constexpr (i == 0 && j == 0) _tile_dpbssd(0, 4, 6);
    if constexpr (i == 0 && j == 1) _tile_dpbssd(1, 4, 7);
    if constexpr (i == 1 && j == 0) _tile_dpbssd(2, 5, 6);
    if constexpr (i == 1 && j == 1) _tile_dpbssd(3, 5, 7);
  }
};

float quantize(const float* values, std::size_t count, std::size_t depth, std::uint8_t* codes) noexcept {
  return avx512_vnni::quantize(values, count, depth, codes, kOffset);
}

void product(const Int8Product& p) noexcept { int8_tile_product(Int8Tiles{}, p); }

}  // namespace

const GemmInt8Kernels gemm_int8_amx = {"amx", kOffset, quantize, product};
}  // namespace attune::kernels
