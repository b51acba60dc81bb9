// Leave to use the tile registers of AMX, which an operating system gives on request.
#pragma once

namespace attune {

// True when this process may use them from now on, on all its threads. Asked before the first thread of the
// pool begins.
bool allow_tiles() noexcept;

}  // namespace attune
