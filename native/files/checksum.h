// XXH64: a checksum that runs at the speed of memory on plain 64-bit arithmetic.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace attune {

// The XXH64 of everything given to add(), with seed 0, however it was cut into pieces.
// Source: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
class Checksum {
 public:
  void add(const void* data, std::size_t size_bytes);
  std::uint64_t value() const;

 private:
  static constexpr std::size_t kStripe = 32;

  std::uint64_t lanes_[4] = {0x60EA27EEADC0B5D6ULL, 0xC2B2AE3D27D4EB4FULL, 0, 0x61C8864E7A143579ULL};
  std::array<unsigned char, kStripe> waiting_{};  // the first `size_bytes_ % kStripe` bytes of a stripe
  std::uint64_t size_bytes_ = 0;
};

}  // namespace attune
