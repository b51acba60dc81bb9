// ctest runs a program with 1, 2 and 3 threads and the same file: the first run writes a sum of its results, the others compare.
#pragma once
#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "runtime/levels.h"

namespace attune {

inline void check_bits_of_threads(const std::vector<float>& results) {
  std::uint64_t hash = 1469598103934665603ULL;  // FNV-1a
  for (const float value : results) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    hash = (hash ^ bits) * 1099511628211ULL;
  }
  const std::string sum = std::to_string(hash);
  CHECK(!results.empty());
  const char* path = std::getenv("ATTUNE_CHECKSUM_FILE");
  if (path == nullptr) return;
  const std::string file = std::string(path) + "." + active_level().name;
  std::string expected;
  if (std::getenv("ATTUNE_CHECKSUM_WRITE") != nullptr) std::ofstream(file) << sum;
  std::ifstream(file) >> expected;
  CHECK(sum == expected);
}

}  // namespace attune
