// The steps of a safe write, by POSIX calls: create, write, fsync, rename, fsync of the folder.
#include "files/derived_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "attune/error.h"
#include "files/partial_path.h"

namespace attune {
namespace {

std::string reason(int code) { return std::generic_category().message(code); }

// A name of JavaScript's may hold a NUL, at which the system would cut it off.
void check_path(const std::string& path) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    throw Error("INVALID_ARGUMENT",
                "Expected path to name a file, but it is empty or holds a NUL character.");
  }
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Linux moves at most 2 GiB a call.
constexpr std::size_t kMostPerCall = std::size_t{1} << 30;

}  // namespace

DerivedFileWriter::DerivedFileWriter(std::string path) : path_(std::move(path)) {
  check_path(path_);
  partial_path_ = partial_path_beside(path_);
  descriptor_ = open(partial_path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor_ < 0) fail("create");
}

DerivedFileWriter::~DerivedFileWriter() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  unlink(partial_path_.c_str());
}

void DerivedFileWriter::fail(const char* what) const {
  const int code = errno;
  throw Error("FILE_UNWRITABLE", std::string("Could not ") + what + " the file '" + partial_path_ +
                                     "', from which '" + path_ + "' is made: " + reason(code) +
                                     ". Check that its folder exists, may be written, and has space.");
}

void DerivedFileWriter::write(const void* data, std::size_t size_bytes) {
  checksum_.add(data, size_bytes);
  const char* bytes = static_cast<const char*>(data);
  while (size_bytes > 0) {
    const ssize_t written = ::write(descriptor_, bytes, std::min(size_bytes, kMostPerCall));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write to");
    bytes += written;
    size_bytes -= static_cast<std::size_t>(written);
  }
}

void DerivedFileWriter::commit() {
  if (fsync(descriptor_) != 0) fail("sync");
  if (rename(partial_path_.c_str(), path_.c_str()) != 0) fail("rename");
  close(std::exchange(descriptor_, -1));
  // Without this the new name itself may be lost with the power.
  const int folder = open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) fail("open the folder of");
  const int failed = fsync(folder);
  const int code = errno;
  close(folder);
  errno = code;
  if (failed != 0) fail("sync the folder of");
}

DerivedFileReader::DerivedFileReader(std::string path) : path_(std::move(path)) {
  check_path(path_);
  // Without O_NONBLOCK, opening a pipe would wait for its writer.
  descriptor_ = open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor_ < 0) {
    const int code = errno;
    throw Error(code == ENOENT ? "FILE_NOT_FOUND" : "FILE_UNREADABLE",
                "Could not open the file '" + path_ + "': " + reason(code) + ".");
  }
  struct stat status = {};
  const bool known = fstat(descriptor_, &status) == 0;
  if (!known || !S_ISREG(status.st_mode)) {
    close(descriptor_);
    throw Error("FILE_UNREADABLE", "Expected '" + path_ + "' to be a file, but it is a folder or a device.");
  }
  size_bytes_ = static_cast<std::uint64_t>(status.st_size);
}

DerivedFileReader::~DerivedFileReader() { close(descriptor_); }

void DerivedFileReader::read(void* into, std::size_t size_bytes) {
  char* bytes = static_cast<char*>(into);
  for (std::size_t left = size_bytes; left > 0;) {
    const ssize_t got = ::read(descriptor_, bytes, std::min(left, kMostPerCall));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      throw Error("FILE_UNREADABLE", "Could not read the file '" + path_ + "': " + reason(errno) + ".");
    if (got == 0) refuse("it ends too early");
    bytes += got;
    left -= static_cast<std::size_t>(got);
  }
  checksum_.add(into, size_bytes);
}

void DerivedFileReader::refuse(const std::string& what_is_wrong) const {
  throw Error("FILE_CORRUPT", "The file '" + path_ + "' is damaged: " + what_is_wrong +
                                  ". Make it again from the data that it was made from.");
}

}  // namespace attune
