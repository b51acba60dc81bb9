// The comparison by which a search passes over nearly every score.
#pragma once
#include <cstddef>
#include <cstdint>

namespace attune::kernels {

struct TopkKernels {
  const char* name;

  // Bit j is set when scores[j] > threshold. `width` is at most 64,
  // and a multiple of the level's lanes (1, 8, 16).
  std::uint64_t (*above)(const float* scores, std::size_t width, float threshold) noexcept;
};

extern const TopkKernels topk_scalar;
extern const TopkKernels topk_avx2;
extern const TopkKernels topk_avx512;

}  // namespace attune::kernels
