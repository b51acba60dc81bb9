// Rows lie in blocks that are filled once and never moved.
#include "indexes/rows.h"

#include <algorithm>

#include "attune/error.h"
#include "runtime/thread_pool.h"

namespace attune {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{4} << 20;
constexpr std::size_t kMostRows = 0x7fffffff;  // rows are answered as 32-bit integers

}  // namespace

Rows::Rows(std::size_t dim, std::size_t code_width)
    : dim_(dim),
      block_rows_(std::max<std::size_t>(1, kBlockBytes / (dim * kTogether * sizeof(float))) * kTogether),
      codes_(dim, code_width) {}

RowStore::RowStore(std::size_t dim, std::size_t code_width)
    : newest_(std::make_shared<Rows>(dim, code_width)) {}

std::shared_ptr<const Rows> RowStore::snapshot() const {
  const std::lock_guard lock(newest_mutex_);
  return newest_;
}

void RowStore::append(std::size_t rows, const std::function<void(std::size_t row, float* out)>& fill) {
  if (rows == 0) return;
  const std::lock_guard appending(append_mutex_);
  const std::shared_ptr<const Rows> before = snapshot();
  const std::size_t dim = before->dim_, first_row = before->count_;
  if (rows > kMostRows - first_row) {
    throw Error("INVALID_ARGUMENT", "Expected an index to hold at most " + std::to_string(kMostRows) +
                                        " rows, but " + std::to_string(first_row) + " are stored and " +
                                        std::to_string(rows) + " more came.");
  }

  auto after = std::make_shared<Rows>(*before);
  after->count_ += rows;
  while (after->blocks_.size() * after->block_rows_ < after->count_)
    after->blocks_.push_back(std::make_shared<AlignedBuffer<float>>(after->block_rows_ * dim));
  Codes& codes = after->codes_;
  codes.grow(after->count_);

  constexpr std::size_t kTogether = Rows::kTogether;
  const std::size_t first_part = first_row / kTogether;
  parallel_for((after->count_ + kTogether - 1) / kTogether - first_part, [&](std::size_t item) {
    const std::size_t begin = (first_part + item) * kTogether;
    const std::size_t end = std::min(begin + kTogether, after->count_);
    for (std::size_t row = std::max(begin, first_row); row < end; ++row)
      fill(row - first_row, const_cast<float*>(after->row(row)));  // ours alone until it is published below
    for (std::size_t panel = std::max(begin, first_row) / codes.width(); panel * codes.width() < end;
         ++panel) {
      const std::size_t first = panel * codes.width();
      codes.fill(panel, after->row(first), std::min(codes.width(), end - first));
    }
  });

  const std::lock_guard lock(newest_mutex_);
  newest_ = std::move(after);
}

}  // namespace attune
