#include "indexes/rows.h"

#include <algorithm>
#include <string>

#include "attune/error.h"
#include "runtime/thread_pool.h"

namespace attune {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{4} << 20;
constexpr std::size_t kMostRows = 0x7fffffff;  // rows are answered as 32-bit integers

}  // namespace

Rows::Rows(std::size_t dim)
    : dim_(dim),
      block_rows_(std::max<std::size_t>(1, kBlockBytes / (dim * kTogether * sizeof(float))) * kTogether) {}

void Rows::grow(std::size_t more) {
  if (more > kMostRows - count_) {
    throw Error("INVALID_ARGUMENT", "Expected an index to hold at most " + std::to_string(kMostRows) +
                                        " rows, but " + std::to_string(count_) + " are stored and " +
                                        std::to_string(more) + " more came.");
  }
  while (blocks_.size() * block_rows_ < count_ + more)
    blocks_.push_back(std::make_shared<AlignedBuffer<float>>(block_rows_ * dim_));
  count_ += more;
}

void Rows::fill(std::size_t first, const Write& write) {
  const std::size_t first_part = first / kTogether, parts = (count_ + kTogether - 1) / kTogether;
  parallel_for(parts - first_part, [&](std::size_t item) {
    const std::size_t part = (first_part + item) * kTogether;
    const std::size_t begin = std::max(part, first), end = std::min(part + kTogether, count_);
    write(begin, end, blocks_[begin / block_rows_]->data() + begin % block_rows_ * dim_);
  });
}

}  // namespace attune
