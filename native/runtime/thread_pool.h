// The core's own threads. Long work never runs on libuv's.
#pragma once
#include <cstddef>
#include <functional>

namespace attune {

// Threads that share loops: ATTUNE_THREADS, or as many as the machine has cores.
std::size_t thread_count();

// Calls body(item) for every item < count, on the calling thread and on the pool's, and returns when all are
// done. Which thread runs an item is not defined, so results must not depend on it: give every item its own
// output, and add partial sums up in the order of the items afterwards. The first exception is rethrown here,
// after the items already begun have ended. A loop inside a loop runs on its own thread alone.
void parallel_for(std::size_t count, const std::function<void(std::size_t item)>& body);

// The same in parts of up to `per_part` neighbouring items: body(begin, end).
void parallel_for_parts(std::size_t count, std::size_t per_part,
                        const std::function<void(std::size_t begin, std::size_t end)>& body);

// Runs a job on a thread of its own kind, which may itself call parallel_for. Jobs run beside each other.
void run_job(std::function<void()> job);

}  // namespace attune
