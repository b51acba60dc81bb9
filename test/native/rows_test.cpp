// Stored rows and their codes: what is appended lies where it should, and no copy that was taken before sees it.
#include "indexes/rows.h"

#include <doctest/doctest.h>
#include <algorithm>
#include <atomic>
#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "attune/error.h"
#include "indexes/codes.h"
#include "random_values.h"

using namespace attune;

namespace {

// Appends rows [rows.count(), rows.count() + more) of `values`.
void append(Rows& rows, const std::vector<float>& values, std::size_t more) {
  const std::size_t first = rows.count();
  rows.grow(more);
  rows.fill(first, [&](std::size_t begin, std::size_t end, float* out) {
    std::copy_n(values.data() + begin * rows.dim(), (end - begin) * rows.dim(), out);
  });
}

bool holds(const Rows& rows, const std::vector<float>& values, std::size_t count) {
  if (rows.count() != count) return false;
  for (std::size_t row = 0; row < count; ++row) {
    if (std::memcmp(rows.row(row), values.data() + row * rows.dim(), rows.dim() * sizeof(float)) != 0)
      return false;
  }
  return true;
}

// The bytes of a panel: codes, and what bounds them.
std::vector<std::uint8_t> panel_bytes(const Codes& codes, std::size_t panel, std::size_t dim) {
  const std::uint8_t* const bytes = codes.panel(panel);
  const auto* const end = reinterpret_cast<const std::uint8_t*>(codes.bounds(bytes).radii + codes.width());
  CHECK(std::size_t(end - bytes) == codes.width() * (code_groups(dim) * 4 + 3 * sizeof(float)));
  return {bytes, end};
}

}  // namespace

TEST_CASE("rows lie in their order, and together but for multiples of 64, over several blocks of memory") {
  constexpr std::size_t kDim = 3000, kCount = 1000;  // 349 rows of it fill 4 MiB
  const std::vector<float> values = normal_values(kDim * kCount, 1);
  Rows rows(kDim);
  append(rows, values, 1);
  append(rows, values, 62);
  append(rows, values, 0);
  append(rows, values, 2);
  append(rows, values, kCount - 65);
  CHECK(holds(rows, values, kCount));
  for (std::size_t row = 0; row + 1 < kCount; ++row) {
    if ((row + 1) % Rows::kTogether != 0 && rows.row(row) + kDim != rows.row(row + 1))
      FAIL("row " << row + 1 << " lies elsewhere than behind row " << row);
  }
}

TEST_CASE("every row is written once, by parts that no multiple of 64 divides") {
  for (const std::size_t first : {0, 1, 63, 64, 65, 500}) {
    Rows rows(2);
    rows.grow(first);
    rows.grow(300);
    std::vector<std::atomic<int>> written(first + 300);
    std::atomic<int> divided = 0;
    rows.fill(first, [&](std::size_t begin, std::size_t end, float* out) {
      if (begin / Rows::kTogether != (end - 1) / Rows::kTogether || out != rows.row(begin)) ++divided;
      for (std::size_t row = begin; row < end; ++row) ++written[row];
    });
    CHECK(divided == 0);
    for (std::size_t row = 0; row < written.size(); ++row) CHECK(written[row] == (row < first ? 0 : 1));
  }
}

TEST_CASE("a copy shares the numbers, and sees nothing of what is appended later") {
  constexpr std::size_t kDim = 5, kCount = 400;
  const std::vector<float> values = normal_values(kDim * kCount, 2);
  Rows rows(kDim);
  std::vector<Rows> copies;
  for (std::size_t count = 0; count < kCount; count += 7) {
    copies.push_back(rows);
    append(rows, values, std::min<std::size_t>(7, kCount - count));
  }
  for (std::size_t i = 0; i < copies.size(); ++i) {
    CAPTURE(i);
    CHECK(holds(copies[i], values, 7 * i));
    if (i > 0) CHECK(copies[i].row(0) == rows.row(0));
  }
}

TEST_CASE("an append that fails leaves the copy it began with, and the next one succeeds") {
  constexpr std::size_t kDim = 4;
  const std::vector<float> values = normal_values(kDim * 600, 3);
  Rows rows(kDim);
  append(rows, values, 100);
  Rows failed = rows;
  failed.grow(400);
  CHECK_THROWS_AS(failed.fill(100,
                              [](std::size_t begin, std::size_t end, float* out) {
                                std::fill_n(out, (end - begin) * kDim, -1.0f);
                                if (begin >= 256) throw Error("NOT_FINITE", "no");
                              }),
                  Error);
  CHECK(holds(rows, values, 100));
  append(rows, values, 500);
  CHECK(holds(rows, values, 600));
}

TEST_CASE("more rows than can be answered are refused, and nothing has changed") {
  const std::vector<float> values = normal_values(4, 4);
  Rows rows(1);
  append(rows, values, 3);
  for (const std::size_t more : {std::size_t{0x7fffffff} - 2, ~std::size_t{0}}) {
    try {
      rows.grow(more);
      FAIL("no error was thrown");
    } catch (const Error& error) {
      CHECK(std::string(error.code()) == "INVALID_ARGUMENT");
    }
    CHECK(holds(rows, values, 3));
  }
}

TEST_CASE("codes that grow in step with rows are those of all rows at once, and copies keep theirs") {
  constexpr std::size_t kDim = 10, kCount = 300;
  const std::vector<float> values = normal_values(kDim * kCount, 5);
  Rows all(kDim);
  append(all, values, kCount);
  for (const std::size_t width : {8, 16, 32, 64}) {
    CAPTURE(width);
    Codes expected(kDim, width);
    expected.grow(kCount);
    for (std::size_t begin = 0; begin < kCount; begin += Rows::kTogether)
      expected.fill(all, begin, std::min(begin + Rows::kTogether, kCount));

    CodedRows grown{Rows(kDim), Codes(kDim, width)};
    std::vector<CodedRows> copies;
    for (std::size_t more = 1; grown.rows.count() < kCount; more = more % 45 + 4) {
      copies.push_back(grown);
      const std::size_t first = grown.rows.count();
      grown.rows.grow(std::min(more, kCount - first));
      grown.codes.grow(grown.rows.count());
      grown.rows.fill(first, [&](std::size_t begin, std::size_t end, float* out) {
        std::copy_n(values.data() + begin * kDim, (end - begin) * kDim, out);
        grown.codes.fill(grown.rows, begin, end);
      });
    }
    REQUIRE(grown.codes.panel_count() == expected.panel_count());
    for (std::size_t panel = 0; panel < expected.panel_count(); ++panel)
      CHECK(panel_bytes(grown.codes, panel, kDim) == panel_bytes(expected, panel, kDim));
    // A copy's full panels are those of all rows; what is missing in its last one is missing still.
    for (const CodedRows& copy : copies) {
      const std::size_t count = copy.rows.count(), full = count / width;
      REQUIRE(copy.codes.panel_count() == (count + width - 1) / width);
      for (std::size_t panel = 0; panel < full; ++panel)
        CHECK(copy.codes.panel(panel) == grown.codes.panel(panel));
      if (count % width == 0) continue;
      const float* const scales = copy.codes.bounds(copy.codes.panel(full)).scales;
      for (std::size_t j = 0; j < width; ++j) CHECK((scales[j] != 0.0f) == (j < count % width));
    }
  }
}
