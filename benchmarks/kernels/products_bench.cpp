// How fast is a layer's product in float32, bfloat16 and 8-bit codes, from float32 rows to float32 rows?
//
// Rounding or quantizing the rows counts. Shapes are those of MiniLM and of BERT-base. On several threads each
// takes its share of the rows. The ceiling is the CPU's: an AVX-512 core of 4 GHz with two multipliers does 256
// GFLOP/s in float32. One JSON line: GFLOP/s or GOP/s of the best run, by shape and precision. The rival, oneDNN,
// runs in turn with this program in products_torch.py.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string_view>

#include "linear/matmul.h"
#include "linear/matmul_bf16.h"
#include "linear/matmul_int8.h"
#include "runtime/thread_pool.h"

using namespace attune;

namespace {

// A size that only shows that the program works.
const bool kToy = [] {
  const char* const asked = std::getenv("ATTUNE_BENCH_TOY");
  return asked != nullptr && std::string_view(asked) == "1";
}();

double best_seconds(const std::function<void()>& work) {
  using Clock = std::chrono::steady_clock;
  double best = 1e9;
  work();
  for (int run = 0; run < (kToy ? 1 : 12); ++run) {
    const Clock::time_point begin = Clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - begin).count());
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

struct Shape {
  std::size_t m, n, k;
};

constexpr Shape kShapes[] = {
    {1, 1536, 384},    {8, 1536, 384},   {128, 1152, 384}, {128, 384, 384},  {128, 1536, 384},
    {128, 384, 1536},  {512, 1152, 384}, {512, 384, 1536}, {2048, 384, 384}, {2048, 1536, 384},
    {2048, 384, 1536}, {128, 768, 768},  {128, 3072, 768}, {512, 768, 3072}, {2048, 3072, 768},
};

}  // namespace

int main() {
  const Level& level = active_level();
  const std::size_t threads = thread_count();
  std::printf("{\"benchmark\":\"products\",\"level\":\"%s\",\"bf16\":\"%s\",\"int8\":\"%s\",\"threads\":%zu",
              level.name, level.gemm_bf16.name, level.gemm_int8.name, threads);
  for (const auto& [m, n, k] : kShapes) {
    // Rows lie as an encoder has them: apart by a little more than they hold.
    const std::size_t a_stride = k + 16, c_stride = n + 16;
    const AlignedBuffer<float> a = random_values(m * a_stride), b = random_values(n * k),
                               bias = random_values(n);
    AlignedBuffer<float> c(m * c_stride);
    const ConstMatrix weight(b.data(), n, k);
    const PackedMatrix f32(level, weight);
    const PackedBf16 bf16(level.gemm_bf16, weight);
    const PackedInt8 int8(level.gemm_int8, weight);
    const double gflop = 2.0 * double(m * n * k) / 1e9;
    const std::size_t repeats = kToy ? 1 : 1 + static_cast<std::size_t>(1.0 * double(threads) / gflop);
    const auto report = [&](const char* precision, const auto& packed) {
      const double seconds = best_seconds([&] {
        for (std::size_t i = 0; i < repeats; ++i) {
          const std::size_t parts = std::min(threads, m);
          parallel_for(parts, [&, m = m, k = k, n = n](std::size_t part) {
            const std::size_t row = m * part / parts, rows = m * (part + 1) / parts - row;
            multiply_packed({a.data() + row * a_stride, rows, k, a_stride}, packed, bias.data(),
                            {c.data() + row * c_stride, rows, n, c_stride});
          });
        }
      });
      std::printf(",\"%zu x %zu x %zu %s\":%.1f", m, n, k, precision, gflop * double(repeats) / seconds);
      std::fflush(stdout);
    };
    report("f32", f32);
    report("bf16", bf16);
    report("int8", int8);
  }
  std::printf("}\n");
  return 0;
}
