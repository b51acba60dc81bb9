// What the file of every index begins with, whatever its kind, so that one function can open any of them. All
// numbers are little-endian:
//
//   0   8  magic, "ATTNINDX"
//   8   8  kind, lower-case ASCII letters, then zero bytes: "flat", "lexical"
//   16  4  version of this kind's format, from 1 on
//   20  4  zero
//
// What follows is the kind's own.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "files/derived_file.h"

namespace attune {

struct IndexFormat {
  std::string_view kind;  // 1 to 8 letters
  std::uint32_t version;
};

constexpr std::size_t kIndexHeaderBytes = 24;

void write_index_header(DerivedFileWriter& file, const IndexFormat& format);

// Reads the header of an index of this kind and of at most this version. Throws Error FILE_CORRUPT when the
// file does not begin as an index does; FORMAT_UNSUPPORTED for an index of another kind, and for a newer
// version.
void read_index_header(DerivedFileReader& file, const IndexFormat& newest);

}  // namespace attune
