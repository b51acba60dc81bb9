// The levels of x86-64, each with the CPU features that its kernel files are compiled for.
#include <vector>

#include "runtime/levels.h"

namespace attune {
namespace {

std::vector<Level> detect() {
  std::vector<Level> levels = {
      {"scalar", kernels::activation_scalar, kernels::gemm_scalar, kernels::layer_norm_scalar}};
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (avx2)
    levels.push_back({"avx2", kernels::activation_avx2, kernels::gemm_avx2, kernels::layer_norm_avx2});
  if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    levels.push_back(
        {"avx512", kernels::activation_avx512, kernels::gemm_avx512, kernels::layer_norm_avx512});
  }
  return levels;
}

}  // namespace

std::span<const Level> supported_levels() {
  static const std::vector<Level> levels = detect();
  return levels;
}

}  // namespace attune
