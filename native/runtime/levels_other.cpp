// CPUs for which no fast kernels are written yet run the definitions.
#include "runtime/levels.h"

namespace attune {

std::span<const Level> supported_levels() {
  static const Level levels[] = {{
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
  return levels;
}

std::span<const kernels::GemmBf16Kernels* const> supported_gemm_bf16() {
  static const kernels::GemmBf16Kernels* const all[] = {&kernels::gemm_bf16_scalar};
  return all;
}

std::span<const kernels::GemmInt8Kernels* const> supported_gemm_int8() {
  static const kernels::GemmInt8Kernels* const all[] = {&kernels::gemm_int8_scalar};
  return all;
}

std::span<const std::string> refused_kernels() { return {}; }

}  // namespace attune
