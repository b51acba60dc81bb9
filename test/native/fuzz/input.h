// The bytes of one input, taken from its beginning.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

namespace attune::fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size_bytes) : rest_(data, size_bytes) {}

  std::span<const std::uint8_t> rest() const { return rest_; }

  // 0 where nothing is left.
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t first = rest_.front();
    rest_ = rest_.subspan(1);
    return first;
  }

  // As many numbers as there are bytes for, `count` at most.
  template <class Number>
  std::vector<Number> numbers(std::size_t count) {
    std::vector<Number> taken(std::min(count, rest_.size() / sizeof(Number)));
    if (!taken.empty()) std::memcpy(taken.data(), rest_.data(), taken.size() * sizeof(Number));
    rest_ = rest_.subspan(taken.size() * sizeof(Number));
    return taken;
  }

 private:
  std::span<const std::uint8_t> rest_;
};

// Ends the program as a fault that libFuzzer reports with the input.
inline void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "Expected %s\n", what);
  std::abort();
}

}  // namespace attune::fuzz
