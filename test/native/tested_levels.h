// The levels that a program looks at: the one that ATTUNE_LEVEL names, because scripts/native-tests.mjs runs each program once per
// level, and all that this CPU can run where a program is run by hand.
#pragma once
#include <cstdlib>
#include <span>

#include "runtime/levels.h"

namespace attune {

inline std::span<const Level> tested_levels() {
  if (std::getenv("ATTUNE_LEVEL") == nullptr) return supported_levels();
  return {&active_level(), 1};
}

}  // namespace attune
