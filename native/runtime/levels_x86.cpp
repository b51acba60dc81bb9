// The levels of x86-64, each with the CPU features that its kernel files are compiled for.
#include <vector>

#include "runtime/levels.h"

namespace attune {
namespace {

std::vector<Level> detect() {
  std::vector<Level> levels = {{
      .name = "scalar",
      .activation = kernels::activation_scalar,
      .contrastive = kernels::contrastive_scalar,
      .distance = kernels::distance_scalar,
      .gemm = kernels::gemm_scalar,
      .layer_norm = kernels::layer_norm_scalar,
      .optimizer = kernels::optimizer_scalar,
      .screen = kernels::screen_scalar,
      .topk = kernels::topk_scalar,
  }};
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (avx2) {
    levels.push_back({
        .name = "avx2",
        .activation = kernels::activation_avx2,
        .contrastive = kernels::contrastive_avx2,
        .distance = kernels::distance_avx2,
        .gemm = kernels::gemm_avx2,
        .layer_norm = kernels::layer_norm_avx2,
        .optimizer = kernels::optimizer_avx2,
        .screen = kernels::screen_avx2,
        .topk = kernels::topk_avx2,
    });
  }
  // Newer than the rest of the level; without it, its screen is the one of AVX2.
  const bool vnni = __builtin_cpu_supports("avx512vnni");
  if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    levels.push_back({
        .name = "avx512",
        .activation = kernels::activation_avx512,
        .contrastive = kernels::contrastive_avx512,
        .distance = kernels::distance_avx512,
        .gemm = kernels::gemm_avx512,
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

}  // namespace attune
