#include "train/token_groups.h"

#include <algorithm>
#include <string>

#include "attune/error.h"

namespace attune {
namespace {

constexpr std::uint32_t kAbsent = 0xffffffffu;

}  // namespace

void check_tokens(const TokenizedTexts& texts, std::size_t vocabulary) {
  const std::vector<std::uint32_t>& offsets = texts.offsets;
  if (offsets.empty() || offsets.front() != 0 || offsets.back() != texts.ids.size() ||
      !std::is_sorted(offsets.begin(), offsets.end())) {
    throw Error("SHAPE_MISMATCH", "Expected the texts' offsets to rise from 0 to the number of token ids, " +
                                      std::to_string(texts.ids.size()) + ".");
  }
  for (const std::int32_t id : texts.ids) {
    if (id < 0 || static_cast<std::size_t>(id) >= vocabulary) {
      throw Error("SHAPE_MISMATCH", "Expected token ids below " + std::to_string(vocabulary) +
                                        " (the rows of the table), but received " + std::to_string(id) +
                                        ". Were the texts tokenised for another model?");
    }
  }
}

TokenGroups::TokenGroups(std::size_t vocabulary, Place place)
    : place_(place), group_of_(vocabulary, kAbsent) {}

void TokenGroups::build(const TokenizedTexts& texts, std::span<const std::uint32_t> batch) {
  for (const std::uint32_t token : tokens_) group_of_[token] = kAbsent;
  tokens_.clear();
  begins_.assign(1, 0);
  for (const std::uint32_t text : batch) {
    for (const std::int32_t id : texts.of(text)) {
      std::uint32_t& group = group_of_[static_cast<std::size_t>(id)];
      if (group == kAbsent) {
        group = static_cast<std::uint32_t>(tokens_.size());
        tokens_.push_back(static_cast<std::uint32_t>(id));
        begins_.push_back(0);
      }
      ++begins_[group + 1];
    }
  }
  for (std::size_t group = 0; group < tokens_.size(); ++group) begins_[group + 1] += begins_[group];
  places_.resize(begins_.back());
  std::uint32_t token = 0;
  for (std::uint32_t text = 0; text < batch.size(); ++text) {
    for (const std::int32_t id : texts.of(batch[text])) {
      const std::uint32_t group = group_of_[static_cast<std::size_t>(id)];
      places_[begins_[group]++] = place_ == Place::text ? text : token;
      ++token;
    }
  }
  // Placing has moved every begin to its end, the next one's begin.
  for (std::size_t group = tokens_.size(); group > 0; --group) begins_[group] = begins_[group - 1];
  begins_[0] = 0;
}

}  // namespace attune
