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
      .layer_norm = kernels::layer_norm_scalar,
      .optimizer = kernels::optimizer_scalar,
      .screen = kernels::screen_scalar,
      .topk = kernels::topk_scalar,
  }};
  return levels;
}

}  // namespace attune
