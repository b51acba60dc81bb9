#include "files/index_header.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "attune/error.h"

namespace attune {
namespace {

constexpr std::string_view kMagic = "ATTNINDX";

struct Header {
  char magic[8];
  char kind[8];
  std::uint32_t version;
  std::uint32_t zero;
};
static_assert(sizeof(Header) == kIndexHeaderBytes);

// The kind's letters; empty when something else stands there.
std::string_view kind_of(const Header& header) {
  const char* const end = header.kind + sizeof header.kind;
  const char* const letters_end =
      std::find_if(header.kind, end, [](char byte) { return byte < 'a' || byte > 'z'; });
  const bool is_padded = std::all_of(letters_end, end, [](char byte) { return byte == '\0'; });
  return is_padded ? std::string_view(header.kind, letters_end) : std::string_view();
}

}  // namespace

void write_index_header(DerivedFileWriter& file, const IndexFormat& format) {
  Header header{};
  kMagic.copy(header.magic, sizeof header.magic);
  format.kind.copy(header.kind, sizeof header.kind);
  header.version = format.version;
  file.write(&header, sizeof header);
}

void read_index_header(DerivedFileReader& file, const IndexFormat& newest) {
  Header header{};
  file.read(&header, sizeof header);
  const std::string_view kind = kind_of(header);
  if (std::memcmp(header.magic, kMagic.data(), sizeof header.magic) != 0 || kind.empty())
    file.refuse("it does not begin as an index does");
  if (kind != newest.kind) {
    throw Error("FORMAT_UNSUPPORTED", "The file '" + file.path() + "' is an index of the kind '" +
                                          std::string(kind) + "', and one of the kind '" +
                                          std::string(newest.kind) +
                                          "' was expected. Open it as what it is, or name another file.");
  }
  if (header.version > newest.version) {
    throw Error("FORMAT_UNSUPPORTED",
                "The file '" + file.path() + "' has version " + std::to_string(header.version) +
                    " of the format of indexes of the kind '" + std::string(kind) +
                    "', and this Attune reads up to version " + std::to_string(newest.version) +
                    ". Use a newer Attune, or build the index again.");
  }
  if (header.version == 0) file.refuse("its version is 0");
  if (header.zero != 0) file.refuse("its header holds bytes that should be zero");
}

}  // namespace attune
