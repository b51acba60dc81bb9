// CPUs for which no fast kernels are written yet run the definitions.
#include "runtime/levels.h"

namespace attune {

std::span<const Level> supported_levels() {
  static const Level levels[] = {
      {"scalar", kernels::activation_scalar, kernels::gemm_scalar, kernels::layer_norm_scalar}};
  return levels;
}

}  // namespace attune
