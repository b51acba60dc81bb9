// Loops and jobs on the core's own threads.
#include "runtime/thread_pool.h"

#include <doctest/doctest.h>
#include <atomic>
#include <future>
#include <stdexcept>
#include <vector>

using namespace attune;

TEST_CASE("a loop visits every item once") {
  std::vector<std::atomic<int>> visits(10'000);
  parallel_for(visits.size(), [&](std::size_t item) { ++visits[item]; });
  for (const auto& count : visits) REQUIRE(count == 1);
}

TEST_CASE("a loop inside a loop ends") {
  std::atomic<int> sum = 0;
  parallel_for(50, [&](std::size_t) { parallel_for(20, [&](std::size_t) { ++sum; }); });
  CHECK(sum == 1000);
}

TEST_CASE("an exception of an item reaches the caller") {
  CHECK_THROWS_AS(parallel_for(100,
                               [](std::size_t item) {
                                 if (item == 42) throw std::runtime_error("42");
                               }),
                  std::runtime_error);
}

TEST_CASE("jobs run beside each other, and each may run loops") {
  constexpr int kJobs = 8;
  std::atomic<int> sum = 0;
  std::vector<std::promise<void>> ended(kJobs);
  for (int job = 0; job < kJobs; ++job) {
    run_job([&, job] {
      parallel_for(1000, [&](std::size_t) { ++sum; });
      ended[static_cast<std::size_t>(job)].set_value();
    });
  }
  for (auto& one : ended) one.get_future().wait();
  CHECK(sum == kJobs * 1000);
}

TEST_CASE("a job is not held up by one that waits") {
  std::promise<void> second_ran;
  std::promise<void> first_ended;
  run_job([&] {
    second_ran.get_future().wait();
    first_ended.set_value();
  });
  run_job([&] { second_ran.set_value(); });
  first_ended.get_future().wait();
}
