// XXH64, written from its specification.
#include "files/checksum.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace attune {
namespace {

static_assert(std::endian::native == std::endian::little,
              "Attune's files are little-endian, and so is its checksum");

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87ULL;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FULL;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9ULL;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63ULL;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5ULL;

template <class Integer>
Integer load(const unsigned char* bytes) {
  Integer value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::uint64_t round(std::uint64_t lane, std::uint64_t input) {
  return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

}  // namespace

void Checksum::add(const void* data, std::size_t size_bytes) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  const auto take_stripe = [this](const unsigned char* stripe) {
    for (std::size_t i = 0; i < 4; ++i) lanes_[i] = round(lanes_[i], load<std::uint64_t>(stripe + 8 * i));
  };
  const std::size_t waiting = size_bytes_ % kStripe;
  size_bytes_ += size_bytes;
  if (waiting > 0) {
    const std::size_t taken = std::min(kStripe - waiting, size_bytes);
    std::copy_n(bytes, taken, waiting_.data() + waiting);
    if (waiting + taken < kStripe) return;
    take_stripe(waiting_.data());
    bytes += taken;
    size_bytes -= taken;
  }
  for (; size_bytes >= kStripe; size_bytes -= kStripe, bytes += kStripe) take_stripe(bytes);
  std::copy_n(bytes, size_bytes, waiting_.data());
}

std::uint64_t Checksum::value() const {
  std::uint64_t hash = kPrime5;
  if (size_bytes_ >= kStripe) {
    hash = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) +
           std::rotl(lanes_[3], 18);
    for (const std::uint64_t lane : lanes_) hash = (hash ^ round(0, lane)) * kPrime1 + kPrime4;
  }
  hash += size_bytes_;

  const unsigned char* bytes = waiting_.data();
  const unsigned char* const end = bytes + size_bytes_ % kStripe;
  for (; bytes + 8 <= end; bytes += 8) {
    hash = std::rotl(hash ^ round(0, load<std::uint64_t>(bytes)), 27) * kPrime1 + kPrime4;
  }
  if (bytes + 4 <= end) {
    hash = std::rotl(hash ^ (load<std::uint32_t>(bytes) * kPrime1), 23) * kPrime2 + kPrime3;
    bytes += 4;
  }
  for (; bytes < end; ++bytes) hash = std::rotl(hash ^ (*bytes * kPrime5), 11) * kPrime1;

  hash = (hash ^ (hash >> 33)) * kPrime2;
  hash = (hash ^ (hash >> 29)) * kPrime3;
  return hash ^ (hash >> 32);
}

}  // namespace attune
