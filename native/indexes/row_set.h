// Which rows may answer.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace attune {

// Bit (row % 32) of word (row / 32). Rows beyond its end may not.
using RowSet = std::vector<std::uint32_t>;

// Bit j is set when row (first + j) exists, of `count`, and may answer; j < width <= 64. Null: all may.
inline std::uint64_t answering_rows(const RowSet* allowed, std::size_t count, std::size_t first,
                                    std::size_t width) {
  const std::size_t here = std::min(width, count - first);
  const std::uint64_t stored = here == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << here) - 1;
  if (allowed == nullptr) return stored;
  std::uint64_t bits = 0;
  for (std::size_t j = 0; j < here;) {
    const std::size_t row = first + j, word = row / 32;
    if (word < allowed->size()) bits |= static_cast<std::uint64_t>((*allowed)[word] >> row % 32) << j;
    j += 32 - row % 32;
  }
  return bits & stored;
}

}  // namespace attune
