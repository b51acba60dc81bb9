// Texts as token ids, and the places at which a batch of them has each token.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace attune {

// Token ids of texts, one after the other: text t has ids[offsets[t] .. offsets[t + 1]).
struct TokenizedTexts {
  std::vector<std::int32_t> ids;
  std::vector<std::uint32_t> offsets;

  std::size_t count() const { return offsets.empty() ? 0 : offsets.size() - 1; }
  std::span<const std::int32_t> of(std::size_t text) const {
    return std::span(ids).subspan(offsets[text], offsets[text + 1] - offsets[text]);
  }
};

// Throws Error SHAPE_MISMATCH unless the offsets rise from 0 to the number of ids and every id is below
// `vocabulary`.
void check_tokens(const TokenizedTexts& texts, std::size_t vocabulary);

// The distinct tokens of a batch of texts, each with the places at which it stands, ascending. The order of
// everything follows the batch, never a thread. Rebuilt for every batch; two passes over its token ids.
class TokenGroups {
 public:
  enum class Place {
    text,   // which text of the batch
    token,  // which token, counted through all texts of the batch
  };

  TokenGroups(std::size_t vocabulary, Place place);

  void build(const TokenizedTexts& texts, std::span<const std::uint32_t> batch);

  std::span<const std::uint32_t> tokens() const { return tokens_; }
  // Of tokens()[i].
  std::span<const std::uint32_t> places(std::size_t i) const {
    return std::span(places_).subspan(begins_[i], begins_[i + 1] - begins_[i]);
  }

 private:
  const Place place_;
  std::vector<std::uint32_t> tokens_, begins_, places_;
  std::vector<std::uint32_t> group_of_;  // [vocabulary]: place in tokens_, or kAbsent
};

}  // namespace attune
