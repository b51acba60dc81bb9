// Prints the CPU levels that this machine runs, one a line,
// for the scripts that run every test at each of them.
#include <cstdio>

#include "runtime/levels.h"

int main() {
  for (const attune::Level& level : attune::supported_levels()) std::puts(level.name);
}
