// Linux keeps room for a thread's tiles only in processes that have asked for it (5.16 and later).
#include "runtime/tiles.h"

#include <sys/syscall.h>
#include <unistd.h>

namespace attune {

bool allow_tiles() noexcept {
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;               // the number of this state in XCR0
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

}  // namespace attune
