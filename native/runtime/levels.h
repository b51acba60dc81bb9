// CPU levels: which row of kernels the running CPU uses, chosen once, at start.
#pragma once
#include <span>

#include "kernels/activation/activation.h"
#include "kernels/contrastive/contrastive.h"
#include "kernels/distance/distance.h"
#include "kernels/gemm/gemm.h"
#include "kernels/layer_norm/layer_norm.h"
#include "kernels/optimizer/optimizer.h"
#include "kernels/screen/screen.h"
#include "kernels/topk/topk.h"

namespace attune {

struct Level {
  const char* name;
  const kernels::ActivationKernels& activation;
  const kernels::ContrastiveKernels& contrastive;
  const kernels::DistanceKernels& distance;
  const kernels::GemmKernels& gemm;
  const kernels::LayerNormKernels& layer_norm;
  const kernels::OptimizerKernels& optimizer;
  const kernels::ScreenKernels& screen;
  const kernels::TopkKernels& topk;
};

// The levels that this CPU can run, the slowest first. Filled in by levels_x86.cpp or levels_other.cpp.
std::span<const Level> supported_levels();

// The fastest level, or the one named by ATTUNE_LEVEL. Throws Error LEVEL_UNAVAILABLE when that one cannot
// run here. What uses kernels takes them when it is constructed, so no inner loop asks again.
const Level& active_level();

}  // namespace attune
