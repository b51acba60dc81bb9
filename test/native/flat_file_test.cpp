// The file of an exact index: what is saved comes back to the bit,
// and damage of any kind ends in a typed error.
#include "indexes/flat_file.h"

#include <sys/stat.h>

#include <doctest/doctest.h>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <string>

#include "files/checksum.h"
#include "files/index_header.h"
#include "random_values.h"
#include "tested_levels.h"

using namespace attune;
namespace fs = std::filesystem;

namespace {

using Bytes = std::vector<char>;
constexpr std::size_t kHeaderBytes = 64;
constexpr std::size_t kMetricAt = 24, kDimAt = 32, kRowsAt = 40, kFingerprintBytesAt = 48, kFileBytesAt = 56;

// A folder of its own, removed at the end.
struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "attune-flat-file-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path); }
  std::string file(const char* name) const { return (path / name).string(); }
  fs::path path;
};

Bytes read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const std::string& path, const Bytes& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// A saved index of `count` rows, as bytes.
Bytes saved(const Folder& folder, std::size_t count, std::size_t dim, Metric metric) {
  FlatIndex index(dim, metric);
  const std::vector<float> rows = normal_values(count * dim, 1);
  index.add(rows.data(), count);
  Progress progress;
  save_flat(index.snapshot(), folder.file("saved.flat"), "fingerprint", progress);
  return read_bytes(folder.file("saved.flat"));
}

LoadedFlat load(const std::string& path, const std::optional<std::string>& expected = std::nullopt) {
  Progress progress;
  return load_flat(path, expected, progress);
}

std::string code_of(const std::function<void()>& call, std::string* message = nullptr) {
  try {
    call();
  } catch (const Error& error) {
    if (message != nullptr) *message = error.what();
    return error.code();
  }
  return "none";
}

std::uint64_t checksum_of(const char* data, std::size_t size_bytes) {
  Checksum checksum;
  checksum.add(data, size_bytes);
  return checksum.value();
}

// Puts right both checksums of a file that was changed, as someone who means harm would.
void sign(Bytes& bytes) {
  if (bytes.size() < kHeaderBytes + 16) return;
  std::uint64_t fingerprint_bytes = 0;
  std::memcpy(&fingerprint_bytes, bytes.data() + kFingerprintBytesAt, 8);
  if (fingerprint_bytes <= bytes.size() - kHeaderBytes - 16) {
    char* const end = bytes.data() + kHeaderBytes + fingerprint_bytes;
    const std::uint64_t header = checksum_of(bytes.data(), kHeaderBytes + fingerprint_bytes);
    std::memcpy(end, &header, 8);
  }
  const std::uint64_t whole = checksum_of(bytes.data(), bytes.size() - 8);
  std::memcpy(bytes.data() + bytes.size() - 8, &whole, 8);
}

void put(Bytes& bytes, std::size_t at, std::uint64_t value, std::size_t size) {
  std::memcpy(bytes.data() + at, &value, size);
}

}  // namespace

TEST_CASE("the checksum is XXH64, however its input is cut") {
  CHECK(checksum_of("", 0) == 0xEF46DB3751D8E999ULL);
  CHECK(checksum_of("abc", 3) == 0x44BC2CF5AD770999ULL);
  const std::string text = "Nobody inspects the spammish repetition";  // longer than a stripe
  CHECK(checksum_of(text.data(), text.size()) == 0xFBCEA83C8A378BF1ULL);
  for (std::size_t first = 0; first <= text.size(); ++first) {
    Checksum cut;
    cut.add(text.data(), first);
    cut.add(text.data() + first, text.size() - first);
    CHECK(cut.value() == 0xFBCEA83C8A378BF1ULL);
  }
}

TEST_CASE("what is saved comes back to the bit, at every level") {
  const Folder folder;
  constexpr std::size_t kDim = 37;
  for (const Metric metric : {Metric::cosine, Metric::inner_product, Metric::l2}) {
    for (const std::size_t count : {0, 1, 1000, 20'000}) {  // the last more than one buffer
      const std::vector<float> rows = normal_values(count * kDim, 2), queries = normal_values(5 * kDim, 3);
      FlatIndex index(kDim, metric);
      index.add(rows.data(), count);
      Progress progress;
      save_flat(index.snapshot(), folder.file("index.flat"), "fingerprint", progress);
      CHECK(progress.done == count);
      for (const Level& level : tested_levels()) {
        const LoadedFlat loaded = load_flat(folder.file("index.flat"), "fingerprint", progress, level);
        CHECK(loaded.fingerprint == "fingerprint");
        CHECK(loaded.index->dim() == kDim);
        CHECK(loaded.index->metric() == metric);
        REQUIRE(loaded.index->count() == count);
        const FlatSnapshot before = index.snapshot(), after = loaded.index->snapshot();
        for (std::size_t row = 0; row < count; ++row)
          CHECK(std::equal(before.rows().row(row), before.rows().row(row) + kDim, after.rows().row(row)));
      }
    }
  }
}

TEST_CASE("a save replaces the file that stood there, and leaves nothing beside it") {
  const Folder folder;
  saved(folder, 10, 3, Metric::l2);
  saved(folder, 20, 3, Metric::l2);
  CHECK(load(folder.file("saved.flat")).index->count() == 20);
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
}

TEST_CASE("a save that fails or is cancelled leaves the old file, and nothing beside it") {
  const Folder folder;
  const Bytes before = saved(folder, 10, 3, Metric::l2);
  const FlatIndex index(3, Metric::l2);
  Progress cancelled;
  cancelled.cancelled = true;
  CHECK(code_of([&] { save_flat(index.snapshot(), folder.file("saved.flat"), "", cancelled); }) ==
        "CANCELLED");
  CHECK(read_bytes(folder.file("saved.flat")) == before);
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
  Progress progress;
  CHECK(code_of([&] { save_flat(index.snapshot(), folder.file("no/such/folder"), "", progress); }) ==
        "FILE_UNWRITABLE");
  fs::create_directory(folder.path / "folder");
  CHECK(code_of([&] { save_flat(index.snapshot(), folder.file("folder"), "", progress); }) ==
        "FILE_UNWRITABLE");
  CHECK(code_of([&] { save_flat(index.snapshot(), folder.file("x"), std::string(1025, 'f'), progress); }) ==
        "INVALID_ARGUMENT");
  CHECK(code_of([&] { save_flat(index.snapshot(), std::string("a\0b", 3), "", progress); }) ==
        "INVALID_ARGUMENT");
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 2);
}

TEST_CASE("what is no file is refused by name") {
  const Folder folder;
  std::string message;
  CHECK(code_of([&] { load(folder.file("none")); }, &message) == "FILE_NOT_FOUND");
  CHECK(message.find(folder.file("none")) != std::string::npos);
  CHECK(code_of([&] { load(folder.path.string()); }) == "FILE_UNREADABLE");
  REQUIRE(mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  CHECK(code_of([&] { load(folder.file("pipe")); }) == "FILE_UNREADABLE");
  write_bytes(folder.file("text"), Bytes(500, 'x'));
  CHECK(code_of([&] { load(folder.file("text")); }, &message) == "FILE_CORRUPT");
  CHECK(message.find("does not begin as an index does") != std::string::npos);
}

TEST_CASE("another bundle's index is refused, both fingerprints named") {
  const Folder folder;
  saved(folder, 10, 3, Metric::cosine);
  std::string message;
  CHECK(code_of([&] { load(folder.file("saved.flat"), "another"); }, &message) == "BUNDLE_MISMATCH");
  CHECK(message.find("'fingerprint'") != std::string::npos);
  CHECK(message.find("'another'") != std::string::npos);
}

TEST_CASE("a newer version, and an index of another kind, are refused though nothing is damaged") {
  const Folder folder;
  const std::string path = folder.file("other.flat");
  Bytes newer = saved(folder, 10, 3, Metric::cosine);
  newer[16] = 2;
  sign(newer);
  write_bytes(path, newer);
  CHECK(code_of([&] { load(path); }) == "FORMAT_UNSUPPORTED");
  Bytes lexical = saved(folder, 10, 3, Metric::cosine);
  std::memcpy(lexical.data() + 8, "lexical", 8);
  sign(lexical);
  std::string message;
  for (const std::size_t size :
       {kIndexHeaderBytes, lexical.size()}) {  // it may be short: its form is its own
    write_bytes(path, Bytes(lexical.begin(), lexical.begin() + std::ptrdiff_t(size)));
    CHECK(code_of([&] { load(path); }, &message) == "FORMAT_UNSUPPORTED");
    CHECK(message.find("'lexical'") != std::string::npos);
    CHECK(message.find("'flat'") != std::string::npos);
  }
}

TEST_CASE("every truncation, and a bit flipped in any byte, is found") {
  const Folder folder;
  const Bytes bytes = saved(folder, 20, 3, Metric::inner_product);
  const std::string path = folder.file("mutant.flat");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    write_bytes(path, Bytes(bytes.begin(), bytes.begin() + std::ptrdiff_t(size)));
    CAPTURE(size);
    CHECK(code_of([&] { load(path); }) == "FILE_CORRUPT");
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Bytes mutant = bytes;
    mutant[at] = static_cast<char>(mutant[at] ^ (1 << at % 8));
    write_bytes(path, mutant);
    const std::string code = code_of([&] { load(path); });
    CAPTURE(at);
    const bool names_a_format = at >= 8 && at < 20;  // kind and version
    const bool refused = code == "FILE_CORRUPT" || (names_a_format && code == "FORMAT_UNSUPPORTED");
    CHECK(refused);
  }
  Bytes longer = bytes;
  longer.push_back('\0');
  write_bytes(path, longer);
  CHECK(code_of([&] { load(path); }) == "FILE_CORRUPT");
}

TEST_CASE("sizes that lie are refused before they are believed, checksums that fit or not") {
  const Folder folder;
  const Bytes bytes = saved(folder, 20, 3, Metric::l2);
  const std::string path = folder.file("mutant.flat");
  const std::uint64_t sizes[] = {
      0, 1, 2, 4, 19, 21, 1024, 1025, 65'536, 0x7fffffff, 0x80000000, 0x4000000000000000, ~0ULL};
  for (const std::size_t field : {kDimAt, kRowsAt, kFingerprintBytesAt, kFileBytesAt}) {
    for (const std::uint64_t size : sizes) {
      for (const bool with_checksums : {false, true}) {
        Bytes mutant = bytes;
        put(mutant, field, size, 8);
        if (with_checksums) sign(mutant);
        write_bytes(path, mutant);
        CAPTURE(field);
        CAPTURE(size);
        CHECK(code_of([&] { load(path); }) == "FILE_CORRUPT");
      }
    }
  }
}

TEST_CASE("a metric that does not exist is refused, though the checksums fit") {
  const Folder folder;
  for (const std::uint64_t metric : {std::uint64_t{3}, std::uint64_t{1} << 32, ~std::uint64_t{0}}) {
    Bytes bytes = saved(folder, 20, 3, Metric::cosine);
    put(bytes, kMetricAt, metric, 8);
    sign(bytes);
    write_bytes(folder.file("mutant.flat"), bytes);
    CAPTURE(metric);
    CHECK(code_of([&] { load(folder.file("mutant.flat")); }) == "FILE_CORRUPT");
  }
}

TEST_CASE("seeded mutants with checksums that fit are loaded or refused, and never searched out of bounds") {
  const Folder folder;
  const std::string path = folder.file("mutant.flat");
  std::vector<Bytes> files;
  for (std::size_t i = 0; i < 12; ++i)
    files.push_back(saved(folder, 6 * i, 1 + i, static_cast<Metric>(i % 3)));
  std::size_t refused = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    std::mt19937 random(seed);
    Bytes mutant = files[random() % files.size()];
    for (std::size_t change = 0; change < 1 + random() % 4; ++change) {
      const std::size_t at = random() % mutant.size();
      const std::uint32_t kind = random() % 4;
      if (kind == 0) mutant[at] = static_cast<char>(random());
      if (kind == 1) mutant.resize(at + 1);
      if (kind == 2) mutant.insert(mutant.end(), 1 + random() % 40, static_cast<char>(random()));
      if (kind == 3 && mutant.size() >= kHeaderBytes)
        mutant[kMetricAt + random() % (kHeaderBytes - kMetricAt)] = static_cast<char>(random());
    }
    sign(mutant);
    write_bytes(path, mutant);
    CAPTURE(seed);
    try {
      const LoadedFlat loaded = load(path);
      const std::vector<float> query(loaded.index->dim(), 1.0f);
      Progress progress;
      const Hits hits =
          loaded.index->snapshot().search({query.data(), 1, query.size()}, 5, nullptr, progress);
      for (const std::int32_t row : hits.rows) CHECK(row < std::int64_t(loaded.index->count()));
    } catch (const Error& error) {
      ++refused;
      const std::string code = error.code();
      const bool expected = code == "FILE_CORRUPT" || code == "FORMAT_UNSUPPORTED";
      CHECK(expected);
    }
  }
  CHECK(refused > 100);
}

TEST_CASE("rows that no index could have stored are refused, though the checksums fit") {
  const Folder folder;
  const std::size_t payload = kHeaderBytes + std::string("fingerprint").size() + 8;
  for (const float bad : {NAN, INFINITY, 3e38f, 2.0f}) {
    Bytes bytes = saved(folder, 20, 3, Metric::cosine);
    std::memcpy(bytes.data() + payload + 5 * sizeof(float), &bad, sizeof bad);
    sign(bytes);
    write_bytes(folder.file("mutant.flat"), bytes);
    CAPTURE(bad);
    CHECK(code_of([&] { load(folder.file("mutant.flat")); }) == "FILE_CORRUPT");
  }
}
