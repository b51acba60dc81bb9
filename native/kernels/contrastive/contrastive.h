// The arithmetic of softmax losses over pieces of a matrix of logits: running maxima and sums of exponentials
// by row and by column, and gradients from probabilities.
// A masked logit is -infinity, and its exponential is 0.
#pragma once
#include <cstddef>

namespace attune::kernels {

// Exponentials of fast levels err by at most 4 float epsilons of their value, and are 0 below about
// exp(-87.3).
// A maximum that has seen nothing is -FLT_MAX, never -infinity, so that no difference of infinities arises.
struct ContrastiveKernels {
  const char* name;

  // Merges a piece of a row into its running statistics:
  //
  //   max' = max(max, logits)
  //   sum' = sum * exp(max - max') + sum over j of exp(logits[j] - max')
  void (*merge_row)(const float* logits, std::size_t cols, float* max, float* sum) noexcept;

  // maxima[j] = max(maxima[j], logits[j])
  void (*raise_maxima)(const float* logits, std::size_t cols, float* maxima) noexcept;

  // sums[j] += exp(logits[j] - maxima[j])
  void (*add_exponentials)(const float* logits, const float* maxima, std::size_t cols, float* sums) noexcept;

  // What softmax cross entropy in both directions gives, before the targets are taken off:
  //
  //   logits[j] = row_weight * exp(logits[j] - row_log_sum)
  //             + column_weights[j] * exp(logits[j] - column_log_sums[j])
  //
  // A column without a direction of its own has weight 0 and log sum FLT_MAX.
  void (*gradient)(float* logits, std::size_t cols, float row_log_sum, float row_weight,
                   const float* column_log_sums, const float* column_weights) noexcept;
};

extern const ContrastiveKernels contrastive_scalar;
extern const ContrastiveKernels contrastive_avx2;
extern const ContrastiveKernels contrastive_avx512;

}  // namespace attune::kernels
