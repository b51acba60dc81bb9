// What becomes of memory that was freed, for programs that run for weeks.
#pragma once

namespace attune {

// Blocks of 128 KiB and more go back to the system when they are freed, for the rest of the process. Left to
// itself, glibc takes the size of the largest block that was ever freed (up to 32 MiB) as the bound, keeps
// smaller ones in its arenas, of which each thread may have its own, and gives back what is free only at an
// arena's end: a server that opens and closes indexes in threads then grows for hours. Does nothing where the
// C library is another one.
void return_freed_blocks() noexcept;

}  // namespace attune
