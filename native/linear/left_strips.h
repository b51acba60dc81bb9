// How the rows of a left operand are cut, so that what is made of them stays in the second-level cache.
#pragma once
#include <algorithm>
#include <cstddef>

namespace attune {

// Rows of `row_bytes` each: a multiple of 32, the rows of two tiles, of at most about 384 KiB together.
inline std::size_t rows_of_strip(std::size_t rows, std::size_t row_bytes) {
  constexpr std::size_t kStripBytes = std::size_t{384} * 1024, kStep = 32;
  const std::size_t most = std::max(kStep, kStripBytes / row_bytes / kStep * kStep);
  const std::size_t strips = (rows + most - 1) / most;
  return strips == 0 ? kStep : ((rows + strips - 1) / strips + kStep - 1) / kStep * kStep;
}

// Bytes from one row to the next: a cache line more than a row, so that the rows of a tile do not fall onto the
// same sets of the first-level cache.
inline std::size_t stride_of_strip(std::size_t row_bytes) { return row_bytes + 64; }

}  // namespace attune
