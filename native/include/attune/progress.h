// What a long piece of work shares with whoever waits for it: how far it is, and whether to stop.
#pragma once
#include <atomic>
#include <cstdint>

#include "attune/error.h"

namespace attune {

struct Progress {
  std::atomic<std::uint64_t> done{0};
  std::atomic<std::uint64_t> total{0};
  std::atomic<bool> cancelled{false};

  // Long loops call this between blocks of some milliseconds.
  void stop_if_cancelled() const {
    if (cancelled.load(std::memory_order_relaxed))
      throw Error("CANCELLED", "The work was cancelled before it ended.");
  }
};

}  // namespace attune
