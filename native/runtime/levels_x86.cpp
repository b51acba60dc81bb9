// The levels of x86-64, each with the CPU features that its kernel files are compiled for.
#include <cpuid.h>

#include <vector>

#include "runtime/fixed_products.h"
#include "runtime/levels.h"
#include "runtime/tiles.h"

namespace attune {
namespace {

bool has_avx512() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

// AMX with bfloat16 and codes, on a system that gives this process tiles.
bool has_tiles() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  constexpr unsigned kNeeded = 1u << 22 | 1u << 24 | 1u << 25;  // AMX-BF16, AMX-TILE, AMX-INT8
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (edx & kNeeded) == kNeeded && allow_tiles();
}

// What this CPU runs for products in fewer bits, the slowest first.
struct Products {
  std::vector<const kernels::GemmBf16Kernels*> bf16 = {&kernels::gemm_bf16_scalar};
  std::vector<const kernels::GemmInt8Kernels*> int8 = {&kernels::gemm_int8_scalar};
  std::vector<std::string> refused;

  Products() {
    __builtin_cpu_init();
    if (!has_avx512()) return;
    const bool bf16_pairs = __builtin_cpu_supports("avx512bf16"), vnni = __builtin_cpu_supports("avx512vnni");
    const bool tiles = bf16_pairs && vnni && has_tiles();
    // Intel's VDPBF16PS does half the work of its float32 multipliers in a cycle; elsewhere it does twice. The
    // vendor decides, not a timing, which other work on the machine would sway: vectors would differ from one
    // start to the next.
    const bool pairs_are_slow = __builtin_cpu_is("intel");
    if (bf16_pairs && pairs_are_slow) add(bf16, kernels::gemm_bf16_avx512_bf16, "gemm_bf16");
    add(bf16, kernels::gemm_bf16_avx512, "gemm_bf16");
    if (bf16_pairs && !pairs_are_slow) add(bf16, kernels::gemm_bf16_avx512_bf16, "gemm_bf16");
    if (vnni) add(int8, kernels::gemm_int8_avx512_vnni, "gemm_int8");
    if (tiles) add(bf16, kernels::gemm_bf16_amx, "gemm_bf16");
    if (tiles) add(int8, kernels::gemm_int8_amx, "gemm_int8");
  }

 private:
  template <class Kernels>
  void add(std::vector<const Kernels*>& all, const Kernels& kernels, const char* family) {
    if (agrees_with_definition(kernels)) {
      all.push_back(&kernels);
    } else {
      refused.push_back(std::string(family) + " " + kernels.name);
    }
  }
};

const Products& products() {
  static const Products found;
  return found;
}

std::vector<Level> detect() {
  __builtin_cpu_init();
  std::vector<Level> levels = {{
      .name = "scalar",
      .activation = kernels::activation_scalar,
      .contrastive = kernels::contrastive_scalar,
      .distance = kernels::distance_scalar,
      .gemm = kernels::gemm_scalar,
      .gemm_bf16 = kernels::gemm_bf16_scalar,
      .gemm_int8 = kernels::gemm_int8_scalar,
      .layer_norm = kernels::layer_norm_scalar,
      .optimizer = kernels::optimizer_scalar,
      .screen = kernels::screen_scalar,
      .topk = kernels::topk_scalar,
  }};
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (avx2) {
    levels.push_back({
        .name = "avx2",
        .activation = kernels::activation_avx2,
        .contrastive = kernels::contrastive_avx2,
        .distance = kernels::distance_avx2,
        .gemm = kernels::gemm_avx2,
        .gemm_bf16 = kernels::gemm_bf16_scalar,
        .gemm_int8 = kernels::gemm_int8_scalar,
        .layer_norm = kernels::layer_norm_avx2,
        .optimizer = kernels::optimizer_avx2,
        .screen = kernels::screen_avx2,
        .topk = kernels::topk_avx2,
    });
  }
  // Newer than the rest of the level; without it, its screen is the one of AVX2.
  const bool vnni = __builtin_cpu_supports("avx512vnni");
  if (has_avx512()) {
    levels.push_back({
        .name = "avx512",
        .activation = kernels::activation_avx512,
        .contrastive = kernels::contrastive_avx512,
        .distance = kernels::distance_avx512,
        .gemm = kernels::gemm_avx512,
        .gemm_bf16 = *products().bf16.back(),
        .gemm_int8 = *products().int8.back(),
        .layer_norm = kernels::layer_norm_avx512,
        .optimizer = kernels::optimizer_avx512,
        .screen = vnni ? kernels::screen_avx512_vnni : kernels::screen_avx2,
        .topk = kernels::topk_avx512,
    });
  }
  return levels;
}

}  // namespace

std::span<const Level> supported_levels() {
  static const std::vector<Level> levels = detect();
  return levels;
}

std::span<const kernels::GemmBf16Kernels* const> supported_gemm_bf16() { return products().bf16; }
std::span<const kernels::GemmInt8Kernels* const> supported_gemm_int8() { return products().int8; }
std::span<const std::string> refused_kernels() { return products().refused; }

}  // namespace attune
