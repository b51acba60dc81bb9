// Files that can be made again from other data, such as indexes. A reader sees the old file or the new one,
// never a part of one: what is written goes beside the file under a temporary name (partial_path.h), is
// synced, and takes the file's name at the end.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include "files/checksum.h"

namespace attune {

class DerivedFileWriter {
 public:
  // Every function throws Error FILE_UNWRITABLE, naming the file and the system's reason.
  explicit DerivedFileWriter(std::string path);
  DerivedFileWriter(const DerivedFileWriter&) = delete;
  DerivedFileWriter& operator=(const DerivedFileWriter&) = delete;
  ~DerivedFileWriter();  // removes the temporary file, unless commit() has renamed it

  void write(const void* data, std::size_t size_bytes);
  std::uint64_t checksum() const { return checksum_.value(); }  // of all that was written so far
  // The file stands, and survives a power failure, when this returns.
  // A file that had the name before is replaced.
  void commit();

 private:
  [[noreturn]] void fail(const char* what) const;

  std::string path_, partial_path_;
  int descriptor_ = -1;
  Checksum checksum_;
};

class DerivedFileReader {
 public:
  // Throws Error FILE_NOT_FOUND or FILE_UNREADABLE.
  explicit DerivedFileReader(std::string path);
  DerivedFileReader(const DerivedFileReader&) = delete;
  DerivedFileReader& operator=(const DerivedFileReader&) = delete;
  ~DerivedFileReader();

  const std::string& path() const { return path_; }
  std::uint64_t size_bytes() const { return size_bytes_; }
  // Throws Error FILE_CORRUPT when the file ends before.
  void read(void* into, std::size_t size_bytes);
  std::uint64_t checksum() const { return checksum_.value(); }  // of all that was read so far
  // Error FILE_CORRUPT, to be thrown: the file, what is wrong with it, and that it can be made again.
  [[noreturn]] void refuse(const std::string& what_is_wrong) const;

 private:
  std::string path_;
  int descriptor_ = -1;
  std::uint64_t size_bytes_ = 0;
  Checksum checksum_;
};

}  // namespace attune
