// The file of an exact index: see flat_file.cpp for its bytes.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "indexes/flat_index.h"

namespace attune {

// Writes the rows with the fingerprint of the bundle that made them, at most 1,024 bytes. Throws Error
// FILE_UNWRITABLE, INVALID_ARGUMENT, CANCELLED; a file that stood there before is then as it was.
void save_flat(const FlatSnapshot& rows, const std::string& path, const std::string& fingerprint,
               Progress& progress);

struct LoadedFlat {
  std::shared_ptr<FlatIndex> index;
  std::string fingerprint;
};

// Throws Error FILE_NOT_FOUND, FILE_UNREADABLE; FILE_CORRUPT when a byte is not as it was written;
// FORMAT_UNSUPPORTED for an index of another kind or of a newer version; BUNDLE_MISMATCH, before the rows are
// read, when another fingerprint is expected; CANCELLED.
LoadedFlat load_flat(const std::string& path, const std::optional<std::string>& expected_fingerprint,
                     Progress& progress, const Level& level = active_level());

}  // namespace attune
