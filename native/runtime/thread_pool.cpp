// One pool for loops and one for jobs.
// Both live until the process ends, so that no thread outlives its queue.
#include "runtime/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

namespace attune {
namespace {

thread_local bool inside_loop = false;

struct Loop {
  Loop(std::size_t count, const std::function<void(std::size_t)>& body) : count(count), body(&body) {}

  const std::size_t count;
  const std::function<void(std::size_t)>* const body;
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::size_t helpers = 0;   // pool threads at work on it; guarded by the pool's mutex
  std::exception_ptr error;  // guarded by error_mutex
  std::mutex error_mutex;

  void work() {
    inside_loop = true;
    for (std::size_t item; !failed.load(std::memory_order_relaxed) && (item = next.fetch_add(1)) < count;) {
      try {
        (*body)(item);
      } catch (...) {
        const std::lock_guard lock(error_mutex);
        if (!error) error = std::current_exception();
        failed = true;
      }
    }
    inside_loop = false;
  }
};

class LoopPool {
 public:
  explicit LoopPool(std::size_t threads) {
    for (std::size_t i = 1; i < threads; ++i) std::thread([this] { serve(); }).detach();
    size_ = threads;
  }
  std::size_t size() const { return size_; }

  void run(Loop& loop) {
    {
      const std::lock_guard lock(mutex_);
      open_.push_back(&loop);
    }
    wake_.notify_all();
    loop.work();
    std::unique_lock lock(mutex_);
    std::erase(open_, &loop);
    left_.wait(lock, [&] { return loop.helpers == 0; });
  }

 private:
  void serve() {
    std::unique_lock lock(mutex_);
    while (true) {
      // The oldest loop with items left comes first; the others wait their turn.
      const auto found =
          std::find_if(open_.begin(), open_.end(), [](Loop* loop) { return loop->next < loop->count; });
      if (found == open_.end()) {
        wake_.wait(lock);
        continue;
      }
      Loop& loop = **found;
      ++loop.helpers;
      lock.unlock();
      loop.work();
      lock.lock();
      if (--loop.helpers == 0) left_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_, left_;
  std::deque<Loop*> open_;
  std::size_t size_ = 1;
};

std::size_t wanted_threads() {
  const char* text = std::getenv("ATTUNE_THREADS");
  const long wanted = text == nullptr ? 0 : std::strtol(text, nullptr, 10);
  if (wanted > 0) return static_cast<std::size_t>(std::min(wanted, 256L));
  return std::max(1u, std::thread::hardware_concurrency());
}

// Never destroyed: a detached thread may still wait on it while the process exits.
LoopPool& loop_pool() {
  static LoopPool* const pool = new LoopPool(wanted_threads());
  return *pool;
}

class JobPool {
 public:
  void submit(std::function<void()> job) {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    // A waiting job gets a thread at once, so that a search does not queue behind a training.
    if (idle_ >= jobs_.size()) {
      wake_.notify_one();
    } else {
      std::thread([this] { serve(); }).detach();
    }
  }

 private:
  static constexpr std::size_t kIdleKept = 4;

  void serve() {
    std::unique_lock lock(mutex_);
    while (true) {
      if (jobs_.empty()) {
        if (idle_ >= kIdleKept) return;
        ++idle_;
        wake_.wait(lock, [this] { return !jobs_.empty(); });
        --idle_;
      }
      const std::function<void()> job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  std::size_t idle_ = 0;
};

JobPool& job_pool() {
  static JobPool* const pool = new JobPool();
  return *pool;
}

}  // namespace

std::size_t thread_count() { return loop_pool().size(); }

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) {
  if (count == 0) return;
  if (inside_loop || count == 1 || loop_pool().size() == 1) {
    for (std::size_t item = 0; item < count; ++item) body(item);
    return;
  }
  Loop loop(count, body);
  loop_pool().run(loop);
  if (loop.error) std::rethrow_exception(loop.error);
}

void parallel_for_parts(std::size_t count, std::size_t per_part,
                        const std::function<void(std::size_t begin, std::size_t end)>& body) {
  parallel_for((count + per_part - 1) / per_part,
               [&](std::size_t part) { body(part * per_part, std::min(count, (part + 1) * per_part)); });
}

void run_job(std::function<void()> job) { job_pool().submit(std::move(job)); }

}  // namespace attune
