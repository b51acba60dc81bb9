#include "train/false_negatives.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace attune {

std::span<const std::int32_t> KnownPositives::of(std::int32_t query_key) const {
  if (query_key < 0 || static_cast<std::size_t>(query_key) + 1 >= offsets.size()) return {};
  const auto row = static_cast<std::size_t>(query_key);
  return std::span(document_keys).subspan(offsets[row], offsets[row + 1] - offsets[row]);
}

std::size_t KeyGroups::slot_of(std::int32_t key) const {
  // Fibonacci hashing spreads keys that follow each other, as ids do.
  std::size_t slot = (static_cast<std::uint32_t>(key) * 2654435769u) >> 7 & (slots_.size() - 1);
  while (slots_[slot].key != key && slots_[slot].key >= 0) slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

void KeyGroups::build(std::span<const std::int32_t> keys) {
  order_.resize(keys.size());
  std::iota(order_.begin(), order_.end(), 0u);
  std::sort(order_.begin(), order_.end(),
            [&](std::uint32_t a, std::uint32_t b) { return keys[a] != keys[b] ? keys[a] < keys[b] : a < b; });
  slots_.assign(std::bit_ceil(4 * keys.size() + 4), Slot());
  for (std::uint32_t begin = 0; begin < order_.size();) {
    const std::int32_t key = keys[order_[begin]];
    std::uint32_t end = begin + 1;
    while (end < order_.size() && keys[order_[end]] == key) ++end;
    if (key >= 0) slots_[slot_of(key)] = {key, begin, end};
    begin = end;
  }
}

std::span<const std::uint32_t> KeyGroups::members(std::int32_t key) const {
  if (key < 0) return {};
  const Slot& slot = slots_[slot_of(key)];
  return std::span(order_).subspan(slot.begin, slot.end - slot.begin);
}

void FalseNegatives::build(std::span<const std::int32_t> query_keys,
                           std::span<const std::int32_t> document_keys, const KnownPositives& known) {
  query_keys_ = query_keys;
  document_keys_ = document_keys;
  known_ = &known;
  queries_.build(query_keys);
  documents_.build(document_keys);
}

void FalseNegatives::columns_of(std::size_t row, std::vector<std::uint32_t>& columns) const {
  columns.clear();
  const auto add = [&](std::span<const std::uint32_t> members) {
    columns.insert(columns.end(), members.begin(), members.end());
  };
  add(queries_.members(query_keys_[row]));
  add(documents_.members(document_keys_[row]));
  for (const std::int32_t key : known_->of(query_keys_[row])) add(documents_.members(key));
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  std::erase(columns, static_cast<std::uint32_t>(row));
}

}  // namespace attune
