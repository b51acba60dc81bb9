// The loop over AMX tiles that products of bfloat16 and of codes share.
//
// A tile register is 16 rows of 64 bytes; there are eight. Four hold sums of 32 rows x 32 columns, two the left
// operand and two the right one:
//
//   sums[i][j]  +=  left[i] * right[j]        i, j in 0, 1
//
// `Tiles` gives the instructions: Hardware in amx.cpp, and in the tests a plain model of them, so that the loop
// is tested on any machine. It has
//
//   configure(first_rows, second_rows)   rows of left[0] and left[1], and of their sums; the second may be 0
//   clear()                              sums = 0
//   load_left<i>(from, stride)           rows of 64 bytes, stride bytes apart
//   load_right<j>(from)                  16 rows of 64 bytes, one after the other
//   multiply<i, j>()
//   store<i, j>(to)                      rows of 16 numbers, kSumStride bytes apart
//   release()                            gives the registers back, so that a switch of threads need not save them
#pragma once
#include <cstddef>

namespace attune::kernels {

constexpr std::size_t kTileSide = 16;               // rows of a tile, and 4-byte numbers of a row
constexpr std::size_t kTileBytes = 64;              // of a row
constexpr std::size_t kSumStride = 2 * kTileBytes;  // bytes from one row of the 32 x 32 sums to the next

struct TileOperands {
  const void* a;         // rows of `steps` x 64 bytes
  std::size_t a_stride;  // bytes
  const void* b;         // panels of 16 columns, each of `steps` tiles
  std::size_t steps;
  std::size_t rows;
  std::size_t cols;
};

// The sums of the configured rows, from `row` on, and of the 16 or 32 columns from `col` on.
template <bool kTwoRows, bool kTwoCols, class Tiles>
void sum_tiles(Tiles& tiles, const TileOperands& p, std::size_t row, std::size_t col) noexcept {
  constexpr std::size_t kTile = kTileSide * kTileBytes;
  const char* const left = static_cast<const char*>(p.a) + row * p.a_stride;
  const char* const right = static_cast<const char*>(p.b) + col / kTileSide * p.steps * kTile;
  tiles.clear();
  for (std::size_t step = 0; step < p.steps; ++step) {
    tiles.template load_right<0>(right + step * kTile);
    if constexpr (kTwoCols) tiles.template load_right<1>(right + (p.steps + step) * kTile);
    tiles.template load_left<0>(left + step * kTileBytes, p.a_stride);
    tiles.template multiply<0, 0>();
    if constexpr (kTwoCols) tiles.template multiply<0, 1>();
    if constexpr (kTwoRows) {
      tiles.template load_left<1>(left + kTileSide * p.a_stride + step * kTileBytes, p.a_stride);
      tiles.template multiply<1, 0>();
      if constexpr (kTwoCols) tiles.template multiply<1, 1>();
    }
  }
}

// All columns of the rows from `first_row` to `last_row`, `rows` at a time; finish is told of each block of sums.
template <bool kTwoRows, class Sum, class Tiles, class Finish>
void sum_blocks(Tiles& tiles, const TileOperands& p, std::size_t first_row, std::size_t last_row,
                std::size_t rows, const Finish& finish) noexcept {
  constexpr std::size_t kBlock = 2 * kTileSide;
  alignas(kTileBytes) Sum sums[kBlock * kBlock];
  char* const to = reinterpret_cast<char*>(sums);
  for (std::size_t col = 0; col < p.cols; col += kBlock) {
    const std::size_t cols = p.cols - col < kBlock ? p.cols - col : kBlock;
    for (std::size_t row = first_row; row < last_row; row += rows) {
      if (cols > kTileSide) {
        sum_tiles<kTwoRows, true>(tiles, p, row, col);
        tiles.template store<0, 1>(to + kTileBytes);
        if constexpr (kTwoRows) tiles.template store<1, 1>(to + kTileSide * kSumStride + kTileBytes);
      } else {
        sum_tiles<kTwoRows, false>(tiles, p, row, col);
      }
      tiles.template store<0, 0>(to);
      if constexpr (kTwoRows) tiles.template store<1, 0>(to + kTileSide * kSumStride);
      finish(row, rows, col, cols, sums);
    }
  }
}

// Calls finish(row, rows, col, cols, sums) for each block of at most 32 x 32 sums, [32, 32] of `Sum`, of which
// `rows` and `cols` are there. Rows that do not fill 32 come last, with registers of fewer rows, so that
// nothing is read beyond the operands.
template <class Sum, class Tiles, class Finish>
void for_each_sums(Tiles& tiles, const TileOperands& p, const Finish& finish) noexcept {
  constexpr std::size_t kBlock = 2 * kTileSide;
  const std::size_t whole = p.rows / kBlock * kBlock, left = p.rows - whole;
  if (whole > 0) {
    tiles.configure(kTileSide, kTileSide);
    sum_blocks<true, Sum>(tiles, p, 0, whole, kBlock, finish);
  }
  if (left > kTileSide) {
    tiles.configure(kTileSide, left - kTileSide);
    sum_blocks<true, Sum>(tiles, p, whole, p.rows, left, finish);
  } else if (left > 0) {
    tiles.configure(left, 0);
    sum_blocks<false, Sum>(tiles, p, whole, p.rows, left, finish);
  }
  tiles.release();
}

}  // namespace attune::kernels
