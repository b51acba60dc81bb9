// Rows as 8-bit codes, a quarter of their size, with what the codes leave out: enough to tell for nearly
// every row that it cannot be among the best (screened_scan.h).
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "indexes/rows.h"
#include "kernels/screen/screen.h"
#include "runtime/aligned_buffer.h"

namespace attune {

// A vector v is about scale * codes:
//
//   norm     the length of scale * codes, rounded up by a part in 2^19 at most
//   radius   at least |v - scale * codes|
//
// radius is infinite where float32 could not bound scores by them: for lengths that are not 0 and outside of
// 1e-15 to 1e15.
kernels::ScreenBounds encode(const float* vector, std::size_t dim, std::int8_t* codes);

// Four dims make a group; dims that are missing in the last one are code 0.
inline std::size_t code_groups(std::size_t dim) { return (dim + 3) / 4; }

// The codes of rows, in panels of `width` rows, as the kernels read them. They grow in step with the rows, and
// are copied as they are: copies share what is full, and never change it. Rows::kTogether is a multiple of
// `width`.
class Codes {
 public:
  Codes(std::size_t dim, std::size_t width);
  std::size_t width() const { return width_; }
  std::size_t panel_count() const { return panel_count_; }

  const std::uint8_t* panel(std::size_t panel) const {
    return panel < full_panels_ ? blocks_[panel / kBlockPanels]->data() + panel % kBlockPanels * panel_bytes_
                                : tail_->data();
  }
  kernels::ScreenRows bounds(const std::uint8_t* panel) const {
    const auto* scales = reinterpret_cast<const float*>(panel + code_bytes_);
    return {scales, scales + width_, scales + 2 * width_};
  }

  // Makes room for so many rows; a panel that was not full before is to be filled anew.
  void grow(std::size_t rows);
  // Fills the panels that hold the rows [begin, end), a part as Rows::fill gives it, before others see them.
  void fill(const Rows& rows, std::size_t begin, std::size_t end);

 private:
  void fill_panel(std::size_t panel, const float* rows, std::size_t count);

  static constexpr std::size_t kBlockPanels = 64;
  std::size_t dim_, width_, code_bytes_, panel_bytes_, panel_count_ = 0, full_panels_ = 0;
  std::vector<std::shared_ptr<AlignedBuffer<std::uint8_t>>> blocks_;
  std::shared_ptr<AlignedBuffer<std::uint8_t>> tail_;  // the last panel, while it is not full
};

// Rows and their codes at one moment.
struct CodedRows {
  Rows rows;
  Codes codes;
};

}  // namespace attune
