// No other system is known to give its processes tiles.
#include "runtime/tiles.h"

namespace attune {

bool allow_tiles() noexcept { return false; }

}  // namespace attune
