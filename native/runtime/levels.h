// CPU levels: which row of kernels the running CPU uses, chosen once, at start.
#pragma once
#include <span>
#include <string>

#include "kernels/activation/activation.h"
#include "kernels/contrastive/contrastive.h"
#include "kernels/distance/distance.h"
#include "kernels/gemm/gemm.h"
#include "kernels/gemm_bf16/gemm_bf16.h"
#include "kernels/gemm_int8/gemm_int8.h"
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
  const kernels::GemmBf16Kernels& gemm_bf16;
  const kernels::GemmInt8Kernels& gemm_int8;
  const kernels::LayerNormKernels& layer_norm;
  const kernels::OptimizerKernels& optimizer;
  const kernels::ScreenKernels& screen;
  const kernels::TopkKernels& topk;
};

// The levels that this CPU can run, the slowest first. Filled in by levels_x86.cpp or levels_other.cpp.
std::span<const Level> supported_levels();

// Products in fewer bits have kernels for single features of a CPU, such as avx512_bf16 and amx. These are all
// that this CPU can run, the slowest first; a level has the last of those that fit it.
std::span<const kernels::GemmBf16Kernels* const> supported_gemm_bf16();
std::span<const kernels::GemmInt8Kernels* const> supported_gemm_int8();

// Kernels that this CPU should run, such as 'gemm_bf16 amx', but whose fixed products were wrong at the start.
// They are in none of the lists above.
std::span<const std::string> refused_kernels();

// The fastest level, or the one named by ATTUNE_LEVEL. Throws Error LEVEL_UNAVAILABLE when that one cannot
// run here. What uses kernels takes them when it is constructed, so no inner loop asks again.
const Level& active_level();

}  // namespace attune
