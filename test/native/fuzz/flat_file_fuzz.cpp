// Any bytes are the file of an exact index or are refused by a code; what is read answers searches by its codes as by its numbers, and is
// written as it was.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "files/checksum.h"
#include "fuzz/input.h"
#include "indexes/flat_file.h"
#include "indexes/flat_scan.h"
#include "indexes/screened_scan.h"

using namespace attune;
using fuzz::expect;

namespace {

constexpr std::size_t kDimAt = 32, kRowsAt = 40, kFingerprintBytesAt = 48, kFileBytesAt = 56,
                      kFixedBytes = 64;
constexpr std::size_t kChecksumBytes = sizeof(std::uint64_t);

// The first byte of an input: what is mended, so that mutants come past the checksums; its higher bits are k.
constexpr unsigned kMendChecksums = 1, kMendSizes = 2, kWriteAgain = 4;

std::uint64_t number_at(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

void put(std::vector<std::uint8_t>& bytes, std::size_t at, std::uint64_t number) {
  std::memcpy(bytes.data() + at, &number, sizeof number);
}

void put_checksum(std::vector<std::uint8_t>& bytes, std::size_t at) {
  Checksum checksum;
  checksum.add(bytes.data(), at);
  put(bytes, at, checksum.value());
}

void mend(std::vector<std::uint8_t>& bytes, unsigned how) {
  if (bytes.size() < kFixedBytes + 2 * kChecksumBytes) return;
  const std::size_t most = bytes.size() - kFixedBytes - 2 * kChecksumBytes;
  if ((how & kMendSizes) != 0) {
    const std::uint64_t dim = number_at(bytes, kDimAt) % 40 + 1;
    const std::uint64_t fingerprint =
        std::min<std::uint64_t>(number_at(bytes, kFingerprintBytesAt) % 32, most);
    const std::uint64_t rows = (most - fingerprint) / (dim * sizeof(float));
    bytes.resize(kFixedBytes + fingerprint + rows * dim * sizeof(float) + 2 * kChecksumBytes);
    put(bytes, kDimAt, dim);
    put(bytes, kRowsAt, rows);
    put(bytes, kFingerprintBytesAt, fingerprint);
    put(bytes, kFileBytesAt, bytes.size());
  }
  const std::uint64_t fingerprint = number_at(bytes, kFingerprintBytesAt);
  if ((how & kMendChecksums) == 0 || fingerprint > most) return;
  put_checksum(bytes, kFixedBytes + fingerprint);
  put_checksum(bytes, bytes.size() - kChecksumBytes);
}

// A file that has no name on a disk.
struct File {
  explicit File(const std::vector<std::uint8_t>& bytes) : descriptor(memfd_create("flat", MFD_CLOEXEC)) {
    expect(write(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
           "memory for a file");
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { close(descriptor); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor); }
  int descriptor;
};

// By its codes and by its numbers: the same to the bit, whatever the rows are. Few rows are else scanned by their numbers alone.
void search(const FlatIndex& index, std::size_t k) {
  const FlatSnapshot rows = index.snapshot();
  const std::size_t dim = index.dim();
  std::vector<float> queries(2 * dim);
  const std::vector<float> even(dim, 0.25F);
  expect(prepare_vector(rows.metric(), even.data(), dim, queries.data()), "a query that can be asked");
  std::copy_n(rows.count() > 0 ? rows.rows().row(0) : queries.data(), dim, queries.data() + dim);
  const ConstMatrix asked(queries.data(), 2, dim);
  Progress progress;
  const Hits expected = flat_scan(active_level(), rows.metric(), rows.rows(), asked, k, nullptr, progress);
  const Hits got = screened_scan(active_level(), rows.metric(), rows.stored(), asked, k, nullptr, progress);
  expect(got.rows == expected.rows && got.scores == expected.scores, "the same hits by codes as by numbers");
  const std::size_t found = std::min(k, rows.count());
  for (std::size_t i = 0; i < expected.rows.size(); ++i) {
    const std::int32_t row = expected.rows[i];
    expect(i % k < found ? row >= 0 && static_cast<std::size_t>(row) < rows.count() : row == -1,
           "rows that there are");
  }
}

void write_again(const FlatIndex& index, const std::string& fingerprint,
                 const std::vector<std::uint8_t>& bytes) {
  static const std::string path =
      (std::filesystem::path("/dev/shm") / ("attune-fuzz-" + std::to_string(getpid()))).string();
  Progress progress;
  save_flat(index.snapshot(), path, fingerprint, progress);
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> written{std::istreambuf_iterator<char>(file), {}};
  expect(std::equal(written.begin(), written.end(), bytes.begin(), bytes.end(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; }),
         "an index that was read to be written as it was");
  std::filesystem::remove(path);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  fuzz::Input input(data, size_bytes);
  const unsigned how = input.byte();
  std::vector<std::uint8_t> bytes(input.rest().begin(), input.rest().end());
  mend(bytes, how);
  const File file(bytes);
  Progress progress;
  try {
    const LoadedFlat loaded = load_flat(file.path(), std::nullopt, progress);
    search(*loaded.index, how / (2 * kWriteAgain) + 1);
    if ((how & kWriteAgain) != 0) write_again(*loaded.index, loaded.fingerprint, bytes);
  } catch (const Error& error) {
    static const std::set<std::string> codes = {"FILE_CORRUPT", "FORMAT_UNSUPPORTED"};
    expect(codes.contains(error.code()), error.what());
  }
  return 0;
}
