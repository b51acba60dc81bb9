// The numbers of an index's rows, one row after another.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "runtime/aligned_buffer.h"

namespace attune {

// Rows are only ever appended. A copy is a snapshot: it shares the numbers, costs a pointer for every 4 MiB of
// them, and never changes. Of several copies only one may grow, because new rows go where no snapshot reads.
class Rows {
 public:
  explicit Rows(std::size_t dim);
  std::size_t dim() const { return dim_; }
  std::size_t count() const { return count_; }

  // Rows [row, row + n) lie one after another as long as no multiple of kTogether lies between them.
  static constexpr std::size_t kTogether = 64;
  const float* row(std::size_t row) const {
    return blocks_[row / block_rows_]->data() + row % block_rows_ * dim_;
  }

  // Makes room for `more` rows, which are to be filled before others see them. Throws Error INVALID_ARGUMENT
  // when the index would hold more rows than can be answered, and is then as it was.
  void grow(std::size_t more);

  // Calls write(begin, end, out) for parts of the rows from `first` on, on several threads. It writes the rows
  // [begin, end), which lie one after another from `out` on, and no multiple of kTogether between them.
  using Write = std::function<void(std::size_t begin, std::size_t end, float* out)>;
  void fill(std::size_t first, const Write& write);

 private:
  std::size_t dim_, block_rows_, count_ = 0;
  std::vector<std::shared_ptr<AlignedBuffer<float>>> blocks_;  // filled once, and never moved
};

}  // namespace attune
