// How AdamW is set, and what changes from step to step.
#pragma once
#include <cmath>
#include <cstdint>

#include "kernels/optimizer/optimizer.h"

namespace attune {

struct AdamOptions {
  kernels::AdamConstants constants;
  float weight_decay = 0;  // towards the weights that training began with
};

// Of step t, counted from 1, along gradients * gradient_scale.
inline kernels::AdamStep adam_step(const AdamOptions& options, float learning_rate, std::uint64_t t,
                                   float gradient_scale) {
  const kernels::AdamConstants& adam = options.constants;
  return {.size = static_cast<float>(learning_rate / (1 - std::pow(double(adam.beta1), double(t)))),
          .root_correction = static_cast<float>(1 / std::sqrt(1 - std::pow(double(adam.beta2), double(t)))),
          .pull = learning_rate * options.weight_decay,
          .gradient_scale = gradient_scale};
}

}  // namespace attune
