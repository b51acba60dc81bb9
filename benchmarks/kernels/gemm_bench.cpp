// How fast are the products of which a transformer layer is made, and how near are they to the kernel's own
// speed?
//
// The ceiling is the tile kernel run over operands that stay in the first-level cache, on the same thread.
// The shapes are those of MiniLM (384 / 1536), for a block of 128 tokens. One JSON line: GFLOP/s a scenario,
// the best of the runs.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <random>
#include <string_view>

#include "linear/matmul.h"

using namespace attune;

namespace {

// The thread's own seconds on the CPU, so that other programs on the machine count little.
double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

// A size that only shows that the program works.
const bool kToy = [] {
  const char* const asked = std::getenv("ATTUNE_BENCH_TOY");
  return asked != nullptr && std::string_view(asked) == "1";
}();

double best_seconds(const std::function<void()>& work) {
  double best = 1e9;
  work();
  for (int run = 0; run < (kToy ? 1 : 15); ++run) {
    const double begin = cpu_seconds();
    work();
    best = std::min(best, cpu_seconds() - begin);
  }
  return best;
}

AlignedBuffer<float> random_values(std::size_t count) {
  std::mt19937 generator(1);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  AlignedBuffer<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values.data()[i] = uniform(generator);
  return values;
}

double ceiling(const Level& level) {
  const std::size_t rows = level.gemm.tile_rows, cols = level.gemm.tile_cols, depth = 96,
                    repeats = kToy ? 10 : 4000;
  const AlignedBuffer<float> a = random_values(rows * depth), b = random_values(cols * depth);
  AlignedBuffer<float> c(rows * cols);
  const double seconds = best_seconds([&] {
    for (std::size_t i = 0; i < repeats; ++i) {
      level.gemm.tile({a.data(), depth, 1, b.data(), depth, c.data(), cols, rows, cols, nullptr, false});
    }
  });
  return 2.0 * double(rows * cols * depth * repeats) / seconds / 1e9;
}

struct Scenario {
  const char* name;
  std::size_t m, n, k;
};

constexpr Scenario kScenarios[] = {
    {"qkv", 128, 1152, 384},      {"attention-out", 128, 384, 384},  {"ffn-up", 128, 1536, 384},
    {"ffn-down", 128, 384, 1536}, {"ffn-up-6-tokens", 6, 1536, 384}, {"base-ffn-up", 128, 3072, 768},
};

}  // namespace

int main() {
  const Level& level = active_level();
  std::printf("{\"benchmark\":\"gemm\",\"level\":\"%s\",\"tileGflops\":%.1f", level.name, ceiling(level));
  for (const Scenario& scenario : kScenarios) {
    const std::size_t m = scenario.m, n = scenario.n, k = scenario.k, stride = k + 16;
    const AlignedBuffer<float> a = random_values(m * stride), b = random_values(n * k);
    AlignedBuffer<float> c(std::max(m * n, n * k) + n);
    const PackedMatrix packed(level, {b.data(), n, k});
    const double gflop = 2.0 * double(m * n * k) / 1e9;
    const std::size_t repeats = kToy ? 1 : 1 + static_cast<std::size_t>(0.2 / gflop);
    const auto report = [&](const char* kind, const std::function<void()>& product) {
      const double seconds = best_seconds([&] {
        for (std::size_t i = 0; i < repeats; ++i) product();
      });
      std::printf(",\"%s %s\":%.1f", scenario.name, kind, gflop * double(repeats) / seconds);
    };
    report("packed", [&] { multiply_packed({a.data(), m, k, stride}, packed, nullptr, {c.data(), m, n}); });
    report("nt", [&] {
      multiply_nt(level, {a.data(), m, k}, {b.data(), n, k}, {c.data(), m, n}, Product::replace);
    });
    // The gradients of the same layer: of its input, and of its weight.
    AlignedBuffer<float> dc = random_values(m * n), da(m * k);
    report("nn", [&] {
      multiply_nn(level, {dc.data(), m, n}, {b.data(), n, k}, {da.data(), m, k}, Product::replace);
    });
    report("tn", [&] {
      multiply_tn(level, {dc.data(), m, n}, {a.data(), m, k}, {c.data(), n, k}, Product::accumulate);
    });
  }
  std::printf("}\n");
  return 0;
}
