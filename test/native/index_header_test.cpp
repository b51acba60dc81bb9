// What every index file begins with: its bytes, and what is refused.
#include "files/index_header.h"

#include <doctest/doctest.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "attune/error.h"

using namespace attune;
namespace fs = std::filesystem;

namespace {

// A file of its own, removed at the end.
class IndexFile {
 public:
  IndexFile() {
    std::string name = (fs::temp_directory_path() / "attune-index-header-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  IndexFile(const IndexFile&) = delete;
  IndexFile& operator=(const IndexFile&) = delete;
  ~IndexFile() { fs::remove_all(folder_); }

  std::string path() const { return (folder_ / "index").string(); }
  std::string bytes() const {
    std::ifstream file(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void replace(const std::string& bytes) const { std::ofstream(path(), std::ios::binary) << bytes; }

 private:
  fs::path folder_;
};

std::string written(const IndexFormat& format) {
  const IndexFile index;
  DerivedFileWriter file(index.path());
  write_index_header(file, format);
  file.commit();
  return index.bytes();
}

// The code of the error that reading these bytes ends in, and its message; "none" where they are read.
struct Outcome {
  std::string code, message;
};

Outcome read(const std::string& bytes, const IndexFormat& newest) {
  const IndexFile index;
  index.replace(bytes);
  DerivedFileReader file(index.path());
  try {
    read_index_header(file, newest);
  } catch (const Error& error) {
    const std::string message = error.what();
    CHECK(message.find(index.path()) != std::string::npos);
    return {error.code(), message};
  }
  return {"none", ""};
}

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the header is magic, kind, version and zeros") {
  CHECK(written({"flat", 1}) == std::string("ATTNINDXflat\0\0\0\0\1\0\0\0\0\0\0\0", kIndexHeaderBytes));
  CHECK(written({"clusters", 0x01020304}) ==
        std::string("ATTNINDXclusters\4\3\2\1\0\0\0\0", kIndexHeaderBytes));
}

TEST_CASE("what was written is read, and so is an older version") {
  CHECK(read(written({"flat", 2}), {"flat", 2}).code == "none");
  CHECK(read(written({"flat", 1}), {"flat", 2}).code == "none");
  CHECK(read(written({"clusters", 1}) + "its own", {"clusters", 1}).code == "none");
}

TEST_CASE("an index of another kind is named, and the kind that was expected") {
  const auto [code, message] = read(written({"lexical", 1}), {"flat", 1});
  CHECK(code == "FORMAT_UNSUPPORTED");
  CHECK(contains(message, "'lexical'"));
  CHECK(contains(message, "'flat'"));
  // A kind that begins as another does is not that kind.
  CHECK(read(written({"flatter", 1}), {"flat", 1}).code == "FORMAT_UNSUPPORTED");
  CHECK(read(written({"flat", 1}), {"flatter", 1}).code == "FORMAT_UNSUPPORTED");
}

TEST_CASE("a newer version is refused, both versions named, and none of another kind") {
  const auto [code, message] = read(written({"flat", 8}), {"flat", 7});
  CHECK(code == "FORMAT_UNSUPPORTED");
  CHECK(contains(message, "version 8"));
  CHECK(contains(message, "version 7"));
  CHECK(contains(read(written({"lexical", 8}), {"flat", 7}).message, "'lexical'"));
}

TEST_CASE("what does not begin as an index does is damaged") {
  const std::string whole = written({"flat", 1});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(read(whole.substr(0, size), {"flat", 1}).code == "FILE_CORRUPT");
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(0x80);  // no letter, no zero, and as a version a newer one
    CAPTURE(at);
    const bool is_version = at >= 16 && at < 20;
    CHECK(read(changed, {"flat", 1}).code == (is_version ? "FORMAT_UNSUPPORTED" : "FILE_CORRUPT"));
  }
  CHECK(contains(read(std::string(100, 'x'), {"flat", 1}).message, "does not begin as an index does"));
  CHECK(read(written({"flat", 0}), {"flat", 1}).code == "FILE_CORRUPT");
  CHECK(read(written({"", 1}), {"flat", 1}).code == "FILE_CORRUPT");
}
