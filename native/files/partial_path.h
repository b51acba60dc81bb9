// The name under which a file is made until it is whole.
#pragma once
#include <string>

namespace attune {

// A name beside `path`, of this process and this call alone: `.partial-NAME-PID-RANDOM`, where NAME is what the
// path ends with, cut to 192 bytes between two characters of UTF-8, and RANDOM is 16 hexadecimal digits.
// packages/files/src/leftovers.ts makes the same names, and removes what a crash left under either.
std::string partial_path_beside(const std::string& path);

}  // namespace attune
