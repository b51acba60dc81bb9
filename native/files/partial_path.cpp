#include "files/partial_path.h"

#include <unistd.h>

#include <cstdio>
#include <random>

namespace attune {
namespace {

// A name may have 255 bytes; this leaves room for what comes before and after.
constexpr std::size_t kMostOfName = 192;

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::string random_digits() {
  std::random_device device;
  char digits[17];
  std::snprintf(digits, sizeof digits, "%08x%08x", device(), device());
  return digits;
}

}  // namespace

std::string partial_path_beside(const std::string& path) {
  const std::size_t begin = path.rfind('/') + 1;  // 0 where there is no slash
  std::size_t end = path.size();
  if (end - begin > kMostOfName) {
    end = begin + kMostOfName;
    while (end > begin && continues_character(path[end])) --end;
  }
  return path.substr(0, begin) + ".partial-" + path.substr(begin, end - begin) + "-" +
         std::to_string(getpid()) + "-" + random_digits();
}

}  // namespace attune
