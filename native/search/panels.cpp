// Full panels lie in blocks that are filled once and never moved; the panel that is not full yet is replaced
// whole.
#include "search/panels.h"

#include <algorithm>
#include <new>

#include "attune/error.h"
#include "runtime/thread_pool.h"

namespace attune {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{4} << 20;
constexpr std::size_t kMostRows = 0x7fffffff;  // rows are answered as 32-bit integers
constexpr std::align_val_t kCacheLine{64};

std::shared_ptr<float[]> allocate(std::size_t count) {
  auto* memory = static_cast<float*>(::operator new(count * sizeof(float), kCacheLine));
  return {memory, [](float* pointer) { ::operator delete(pointer, kCacheLine); }};
}

}  // namespace

Panels::Panels(std::size_t dim, std::size_t width)
    : dim_(dim),
      width_(width),
      block_panels_(std::max<std::size_t>(1, kBlockBytes / (dim * width * sizeof(float)))) {}

void Panels::copy_rows(std::size_t first, std::size_t rows, float* out) const {
  for (std::size_t row = first; row < first + rows; ++row, out += dim_) {
    const float* column = panel(row / width_) + row % width_;
    for (std::size_t k = 0; k < dim_; ++k) out[k] = column[k * width_];
  }
}

PanelStore::PanelStore(std::size_t dim, std::size_t width) : newest_(std::make_shared<Panels>(dim, width)) {}

std::shared_ptr<const Panels> PanelStore::snapshot() const {
  const std::lock_guard lock(newest_mutex_);
  return newest_;
}

void PanelStore::append(std::size_t rows, const std::function<void(std::size_t row, float* out)>& fill) {
  if (rows == 0) return;
  const std::lock_guard appending(append_mutex_);
  const std::shared_ptr<const Panels> before = snapshot();
  const std::size_t dim = before->dim_, width = before->width_, first_row = before->count_;
  if (rows > kMostRows - first_row) {
    throw Error("INVALID_ARGUMENT", "Expected an index to hold at most " + std::to_string(kMostRows) +
                                        " rows, but " + std::to_string(first_row) + " are stored and " +
                                        std::to_string(rows) + " more came.");
  }

  auto after = std::make_shared<Panels>(*before);
  after->count_ += rows;
  after->tail_.reset();
  const std::size_t full_panels = after->count_ / width;
  while (after->blocks_.size() * after->block_panels_ < full_panels) {
    after->blocks_.push_back(allocate(after->block_panels_ * width * dim));
  }
  if (after->count_ % width > 0) {
    after->tail_ = allocate(width * dim);
    std::fill_n(after->tail_.get(), width * dim, 0.0f);
  }

  const std::size_t first_panel = first_row / width;
  parallel_for(after->panel_count() - first_panel, [&](std::size_t item) {
    const std::size_t panel = first_panel + item;
    float* const out = const_cast<float*>(after->panel(panel));  // ours alone until it is published below
    std::size_t row = panel * width;
    if (row < first_row) {
      std::copy_n(before->tail_.get(), width * dim, out);
      row = first_row;
    }
    std::vector<float> values(dim);
    for (const std::size_t end = std::min((panel + 1) * width, after->count_); row < end; ++row) {
      fill(row - first_row, values.data());
      for (std::size_t k = 0; k < dim; ++k) out[k * width + row % width] = values[k];
    }
  });

  const std::lock_guard lock(newest_mutex_);
  newest_ = std::move(after);
}

}  // namespace attune
