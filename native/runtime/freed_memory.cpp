#include "runtime/freed_memory.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace attune {

void return_freed_blocks() noexcept {
#ifdef __GLIBC__
  constexpr int bytes = 128 * 1024;  // glibc's bound before it moves; to set it stops the moving
  mallopt(M_MMAP_THRESHOLD, bytes);
  mallopt(M_TRIM_THRESHOLD, bytes);
#endif
}

}  // namespace attune
