// Which documents of a batch must not count as negatives of which queries.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace attune {

// The documents known to answer a query, beside those of the batch, as compressed sorted rows: the query with
// key q is answered by document_keys[offsets[q] .. offsets[q + 1]). A key outside of the table has none.
struct KnownPositives {
  std::vector<std::uint32_t> offsets;
  std::vector<std::int32_t> document_keys;

  std::span<const std::int32_t> of(std::int32_t query_key) const;
};

// The positions of a batch by their key. Rebuilt for every batch; memory grows with the batch alone.
class KeyGroups {
 public:
  void build(std::span<const std::int32_t> keys);

  // Positions whose key is `key`, ascending. A negative key is like no other, and is found nowhere.
  std::span<const std::uint32_t> members(std::int32_t key) const;

 private:
  struct Slot {
    std::int32_t key = -1;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  std::size_t slot_of(std::int32_t key) const;

  std::vector<Slot> slots_;  // open addressing, at most a quarter full
  std::vector<std::uint32_t> order_;
};

// Row i is the query of pair i, column j < rows the document of pair j, later columns are extra negatives.
// (i, j), i != j, is masked when
//
//   pair j asks with the key of query i,
//   document j has the key of document i, or
//   document j is known to answer query i.
//
// Two ids that stand for the same text share a key: whoever makes the keys joins them first.
class FalseNegatives {
 public:
  void build(std::span<const std::int32_t> query_keys, std::span<const std::int32_t> document_keys,
             const KnownPositives& known);

  // The masked columns of a row, ascending, each once. May be called from several threads.
  void columns_of(std::size_t row, std::vector<std::uint32_t>& columns) const;

 private:
  std::span<const std::int32_t> query_keys_, document_keys_;
  const KnownPositives* known_ = nullptr;
  KeyGroups queries_, documents_;
};

}  // namespace attune
