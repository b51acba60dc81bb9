// Where an index keeps its rows: the numbers, one row after another, and beside them their codes. Rows are
// only ever appended. A snapshot never changes, and costs nothing to take or to keep.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "indexes/codes.h"
#include "runtime/aligned_buffer.h"

namespace attune {

// The rows that stood at one moment.
class Rows {
 public:
  Rows(std::size_t dim, std::size_t code_width);
  std::size_t dim() const { return dim_; }
  std::size_t count() const { return count_; }
  const Codes& codes() const { return codes_; }

  // Rows [row, row + n) lie one after another as long as no multiple of kTogether lies between them.
  static constexpr std::size_t kTogether = 64;
  const float* row(std::size_t row) const {
    return blocks_[row / block_rows_]->data() + row % block_rows_ * dim_;
  }

 private:
  friend class RowStore;
  std::size_t dim_, block_rows_, count_ = 0;
  std::vector<std::shared_ptr<AlignedBuffer<float>>> blocks_;
  Codes codes_;
};

// The owner of the newest snapshot. Safe to use from several threads.
class RowStore {
 public:
  RowStore(std::size_t dim, std::size_t code_width);
  std::shared_ptr<const Rows> snapshot() const;

  // Appends `rows` rows. `fill(row, out)` writes row `row` < rows, dim numbers; several threads call it.
  // When it throws, nothing is appended.
  // Snapshots taken before see none of it: new rows go where no snapshot reads.
  void append(std::size_t rows, const std::function<void(std::size_t row, float* out)>& fill);

 private:
  std::mutex append_mutex_;
  mutable std::mutex newest_mutex_;
  std::shared_ptr<const Rows> newest_;
};

}  // namespace attune
