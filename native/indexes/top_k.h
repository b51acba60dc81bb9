// The best k of the rows that are offered, without keeping the others.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace attune {

struct Candidate {
  float score;
  std::uint32_t row;
};

// The order of answers, which is total: equal scores come in the order of their rows.
inline bool better(const Candidate& a, const Candidate& b) {
  return a.score != b.score ? a.score > b.score : a.row < b.row;
}

// Room for about twice as many as are wanted; when it is full, the worse half is dropped. That costs a
// constant time for a candidate, in whatever order they come, which a heap does not.
class TopK {
 public:
  TopK(std::size_t k, std::size_t offers)
      : k_(std::min(k, offers)), capacity_(std::min(2 * k_ + 32, offers)) {
    kept_.reserve(capacity_);
  }

  // Of rows that are offered in rising order, one at or below this score can no longer be among the best k.
  float threshold() const { return threshold_; }

  void offer(Candidate candidate) {
    kept_.push_back(candidate);
    if (kept_.size() == capacity_) drop_worst();
  }

  // The best, in the order of answers.
  std::vector<Candidate> take() {
    drop_worst();
    std::sort(kept_.begin(), kept_.end(), better);
    return std::move(kept_);
  }

 private:
  void drop_worst() {
    if (kept_.size() < k_ || k_ == 0) return;
    std::nth_element(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(k_ - 1), kept_.end(), better);
    kept_.resize(k_);
    threshold_ = kept_[k_ - 1].score;
  }

  std::size_t k_, capacity_;
  float threshold_ = -std::numeric_limits<float>::infinity();
  std::vector<Candidate> kept_;
};

}  // namespace attune
