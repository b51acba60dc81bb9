// All numbers are little-endian:
//
//   0   24 what every index begins with (files/index_header.h): the kind "flat", version 1
//   24  8  metric: 0 cosine, 1 innerProduct, 2 l2
//   32  8  dim
//   40  8  rows
//   48  8  bytes of the fingerprint, f
//   56  8  bytes of the whole file
//   64  f  fingerprint, UTF-8
//       8  checksum of all before: what the header says is believed only when this holds
//       …  rows, float32 [rows, dim], as the metric prepared them
//       8  checksum of all before
#include "indexes/flat_file.h"

#include <algorithm>

#include "files/derived_file.h"
#include "files/index_header.h"

namespace attune {
namespace {

constexpr IndexFormat kFormat = {.kind = "flat", .version = 1};
constexpr std::size_t kMostFingerprintBytes = 1024;
constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

// Behind what every index begins with.
struct Header {
  std::uint64_t metric;
  std::uint64_t dim;
  std::uint64_t rows;
  std::uint64_t fingerprint_bytes;
  std::uint64_t file_bytes;
};
static_assert(sizeof(Header) == 40);

constexpr std::uint64_t kFixedBytes = kIndexHeaderBytes + sizeof(Header) + 2 * sizeof(std::uint64_t);

// Whole panels of codes, so that none is made twice.
std::size_t rows_per_buffer(std::size_t dim) {
  constexpr std::size_t kTogether = Rows::kTogether;
  return std::max<std::size_t>(1, kBufferBytes / (dim * sizeof(float)) / kTogether) * kTogether;
}

std::uint64_t read_checksum(DerivedFileReader& file) {
  std::uint64_t checksum = 0;
  file.read(&checksum, sizeof checksum);
  return checksum;
}

// Sizes are compared with each other and with the file's own, before anything is allocated by them.
void check_sizes(const DerivedFileReader& file, const Header& header) {
  if (header.metric > static_cast<std::uint64_t>(Metric::l2))
    file.refuse("it names a metric that does not exist");
  if (header.dim == 0 || header.dim > FlatIndex::kMostDim)
    file.refuse("its dim is " + std::to_string(header.dim));
  if (header.file_bytes != file.size_bytes()) {
    file.refuse("it should have " + std::to_string(header.file_bytes) + " bytes, but has " +
                std::to_string(file.size_bytes()));
  }
  const std::uint64_t payload = file.size_bytes() - kFixedBytes - header.fingerprint_bytes;
  const std::uint64_t row_bytes = header.dim * sizeof(float);
  if (payload % row_bytes != 0 || payload / row_bytes != header.rows) {
    file.refuse("its " + std::to_string(header.rows) + " rows of " + std::to_string(header.dim) +
                " numbers do not fill it");
  }
}

}  // namespace

void save_flat(const FlatSnapshot& rows, const std::string& path, const std::string& fingerprint,
               Progress& progress) {
  if (fingerprint.size() > kMostFingerprintBytes) {
    throw Error("INVALID_ARGUMENT", "Expected fingerprint to have at most " +
                                        std::to_string(kMostFingerprintBytes) + " bytes, but it has " +
                                        std::to_string(fingerprint.size()) + ".");
  }
  progress.total = rows.count();
  DerivedFileWriter file(path);
  const std::uint64_t file_bytes =
      kFixedBytes + fingerprint.size() + std::uint64_t{rows.count()} * rows.dim() * sizeof(float);
  const Header header = {.metric = static_cast<std::uint64_t>(rows.metric()),
                         .dim = rows.dim(),
                         .rows = rows.count(),
                         .fingerprint_bytes = fingerprint.size(),
                         .file_bytes = file_bytes};
  write_index_header(file, kFormat);
  file.write(&header, sizeof header);
  file.write(fingerprint.data(), fingerprint.size());
  const std::uint64_t header_checksum = file.checksum();
  file.write(&header_checksum, sizeof header_checksum);

  constexpr std::size_t kTogether = Rows::kTogether;
  for (std::size_t first = 0; first < rows.count(); first += kTogether) {
    progress.stop_if_cancelled();
    const std::size_t n = std::min(kTogether, rows.count() - first);
    file.write(rows.rows().row(first), n * rows.dim() * sizeof(float));
    progress.done += n;
  }
  const std::uint64_t checksum = file.checksum();
  file.write(&checksum, sizeof checksum);
  progress.stop_if_cancelled();
  file.commit();
}

LoadedFlat load_flat(const std::string& path, const std::optional<std::string>& expected_fingerprint,
                     Progress& progress, const Level& level) {
  DerivedFileReader file(path);
  read_index_header(file, kFormat);
  if (file.size_bytes() < kFixedBytes) file.refuse("it is shorter than an index without rows");
  Header header{};
  file.read(&header, sizeof header);
  if (header.fingerprint_bytes > kMostFingerprintBytes ||
      header.fingerprint_bytes > file.size_bytes() - kFixedBytes) {
    file.refuse("its fingerprint does not fit into it");
  }
  LoadedFlat loaded;
  loaded.fingerprint.resize(header.fingerprint_bytes);
  file.read(loaded.fingerprint.data(), loaded.fingerprint.size());
  const std::uint64_t header_checksum = file.checksum();
  if (read_checksum(file) != header_checksum) file.refuse("the checksum of its header is wrong");
  check_sizes(file, header);
  if (expected_fingerprint && *expected_fingerprint != loaded.fingerprint) {
    throw Error("BUNDLE_MISMATCH",
                "The index '" + path + "' holds vectors of the bundle with the fingerprint '" +
                    loaded.fingerprint + "', but '" + *expected_fingerprint +
                    "' was expected. Build the index again with the bundle that queries are encoded by.");
  }

  const std::size_t dim = header.dim, count = header.rows, step = rows_per_buffer(dim);
  progress.total = count;
  loaded.index = std::make_shared<FlatIndex>(dim, static_cast<Metric>(header.metric), level);
  std::vector<float> buffer(std::min(step, count) * dim);
  for (std::size_t first = 0; first < count; first += step) {
    progress.stop_if_cancelled();
    const std::size_t n = std::min(step, count - first);
    file.read(buffer.data(), n * dim * sizeof(float));
    if (!loaded.index->add_prepared(buffer.data(), n)) {
      file.refuse("between its rows " + std::to_string(first) + " and " + std::to_string(first + n) +
                  " is one that is not finite, or not of the length that its metric needs");
    }
    progress.done += n;
  }
  const std::uint64_t checksum = file.checksum();
  if (read_checksum(file) != checksum) file.refuse("its checksum is wrong");
  return loaded;
}

}  // namespace attune
