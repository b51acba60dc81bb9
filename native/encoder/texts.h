// Token ids of several texts, one after the other, and the checks that every encoder makes of them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace attune {

// Text t is ids[offsets[t] .. offsets[t + 1]). It owns nothing.
struct Texts {
  std::span<const std::int32_t> ids;
  std::span<const std::uint32_t> offsets;  // texts + 1 entries

  std::size_t count() const noexcept { return offsets.size() - 1; }
  std::size_t tokens(std::size_t text) const noexcept { return offsets[text + 1] - offsets[text]; }
  std::span<const std::int32_t> text(std::size_t text) const noexcept {
    return ids.subspan(offsets[text], tokens(text));
  }
};

// Throws Error INVALID_ARGUMENT, with the number of the text, unless the offsets run from 0 to the number of
// ids without going back, every id is below vocabulary_size, and no text has more than max_tokens tokens.
void check_texts(const Texts& texts, std::size_t vocabulary_size, std::size_t max_tokens);

}  // namespace attune
