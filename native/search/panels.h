// Where an index keeps its rows: in panels of `width` rows side by side, as the kernels read them, so that a
// search packs nothing. Rows are only ever appended. A snapshot never changes, and costs nothing to take or
// to keep.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace attune {

// The rows that stood at one moment.
class Panels {
 public:
  Panels(std::size_t dim, std::size_t width);
  std::size_t dim() const { return dim_; }
  std::size_t width() const { return width_; }
  std::size_t count() const { return count_; }  // rows
  std::size_t panel_count() const { return (count_ + width_ - 1) / width_; }

  // [dim, width]: number k of row (panel * width + j) is at [k * width + j]; zero beyond the last row.
  const float* panel(std::size_t panel) const {
    return panel < count_ / width_
               ? blocks_[panel / block_panels_].get() + panel % block_panels_ * width_ * dim_
               : tail_.get();
  }
  // Writes rows [first, first + rows) to out, one after another.
  void copy_rows(std::size_t first, std::size_t rows, float* out) const;

 private:
  friend class PanelStore;
  std::size_t dim_, width_, block_panels_, count_ = 0;
  std::vector<std::shared_ptr<float[]>> blocks_;  // full panels, block_panels_ to a block
  std::shared_ptr<float[]> tail_;                 // the last panel, while it is not full
};

// The owner of the newest snapshot. Safe to use from several threads.
class PanelStore {
 public:
  PanelStore(std::size_t dim, std::size_t width);
  std::shared_ptr<const Panels> snapshot() const;

  // Appends `rows` rows. `fill(row, out)` writes row `row` < rows, dim numbers; several threads call it. When
  // it throws, nothing is appended. Snapshots taken before see none of it: new rows go where no snapshot
  // reads, or into a new tail.
  void append(std::size_t rows, const std::function<void(std::size_t row, float* out)>& fill);

 private:
  std::mutex append_mutex_;
  mutable std::mutex newest_mutex_;
  std::shared_ptr<const Panels> newest_;
};

}  // namespace attune
