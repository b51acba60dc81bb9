// The choice of a level. Which levels exist is the business of levels_x86.cpp and levels_other.cpp.
#include "runtime/levels.h"

#include <cstdlib>
#include <string>

#include "attune/error.h"

namespace attune {
namespace {

const Level& choose_level() {
  const std::span<const Level> levels = supported_levels();
  const char* wanted = std::getenv("ATTUNE_LEVEL");
  if (wanted == nullptr || *wanted == '\0') return levels.back();
  std::string names;
  for (const Level& level : levels) {
    if (std::string(level.name) == wanted) return level;
    names += names.empty() ? level.name : std::string(", ") + level.name;
  }
  throw Error("LEVEL_UNAVAILABLE", "Expected ATTUNE_LEVEL to be one of " + names +
                                       " (what this CPU can run), but received '" + wanted +
                                       "'. Unset it to use the fastest.");
}

}  // namespace

const Level& active_level() {
  static const Level& level = choose_level();
  return level;
}

}  // namespace attune
