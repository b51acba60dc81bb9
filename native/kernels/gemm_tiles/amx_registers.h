// The tile registers of AMX, as tile_loop.h needs them. Only the two files compiled with AMX flags include this.
#pragma once
#include <immintrin.h>
#include "tile_loop.h"

namespace attune::kernels {
namespace {

// Sums are in registers 0 to 3, the left operand in 4 and 5, the right one in 6 and 7; an instruction names its
// registers by literals.
struct AmxRegisters {
  void configure(std::size_t first_rows, std::size_t second_rows) noexcept {
    struct alignas(64) {
      unsigned char palette = 1;
      unsigned char start_row = 0;
      unsigned char reserved[14] = {};
      unsigned short bytes[16] = {};
      unsigned char rows[16] = {};
    } config;
    const std::size_t rows[8] = {first_rows, first_rows,  second_rows, second_rows,
                                 first_rows, second_rows, kTileSide,   kTileSide};
    for (std::size_t i = 0; i < 8; ++i) {
      config.rows[i] = static_cast<unsigned char>(rows[i]);
      config.bytes[i] = static_cast<unsigned short>(rows[i] == 0 ? 0 : kTileBytes);
    }
    two_rows_ = second_rows > 0;
    // The intrinsic tells GCC of the first bytes alone.
    __asm__ volatile("" : : "r"(&config) : "memory");
    _tile_loadconfig(&config);
  }
  void clear() noexcept {
    _tile_zero(0);
    _tile_zero(1);
    if (!two_rows_) return;
    _tile_zero(2);
    _tile_zero(3);
  }
  template <int i>
  void load_left(const void* from, std::size_t stride) noexcept {
    if constexpr (i == 0) _tile_loadd(4, from, stride);
    if constexpr (i == 1) _tile_loadd(5, from, stride);
  }
  template <int j>
  void load_right(const void* from) noexcept {
    if constexpr (j == 0) _tile_loadd(6, from, kTileBytes);
    if constexpr (j == 1) _tile_loadd(7, from, kTileBytes);
  }
  template <int i, int j>
  void store(void* to) noexcept {
    if constexpr (i == 0 && j == 0) _tile_stored(0, to, kSumStride);
    if constexpr (i == 0 && j == 1) _tile_stored(1, to, kSumStride);
    if constexpr (i == 1 && j == 0) _tile_stored(2, to, kSumStride);
    if constexpr (i == 1 && j == 1) _tile_stored(3, to, kSumStride);
  }
  void release() noexcept { _tile_release(); }

 private:
  bool two_rows_ = false;
};

}  // namespace
}  // namespace attune::kernels
