// Any ids and offsets are texts that an encoder can work on, or are refused by a code.
#include <algorithm>
#include <cmath>
#include <string>

#include "encoder/static_encoder.h"
#include "encoder/texts.h"
#include "fuzz/input.h"
#include "runtime/levels.h"

using namespace attune;
using fuzz::expect;

namespace {

constexpr std::size_t kVocabulary = 48, kDim = 20, kMostTokens = 64;

std::vector<float> table() {
  std::vector<float> numbers(kVocabulary * kDim);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = std::sin(static_cast<float>(i) * 12.9898F);
  return numbers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  static const StaticEncoder encoder(active_level(), table(), kDim, {}, true);
  fuzz::Input input(data, size_bytes);
  const std::size_t texts = input.byte() % 32;
  // Of small numbers, so that many fit; the rest of the input has any.
  const bool is_small = input.byte() % 4 != 0;
  std::vector<std::uint32_t> offsets;
  std::vector<std::int32_t> ids;
  if (is_small) {
    for (std::size_t i = 0; i < texts; ++i) offsets.push_back(input.byte());
    for (const std::uint8_t id : input.rest())
      ids.push_back(id % (kVocabulary + 1) == kVocabulary ? -1 : id % kVocabulary);
    std::sort(offsets.begin(), offsets.end());
    if (!offsets.empty()) {
      offsets.front() = 0;
      offsets.back() = static_cast<std::uint32_t>(ids.size());
    }
  } else {
    offsets = input.numbers<std::uint32_t>(texts);
    ids = input.numbers<std::int32_t>(input.rest().size());
  }
  const Texts given{.ids = ids, .offsets = offsets};
  try {
    check_texts(given, kVocabulary, kMostTokens);
  } catch (const Error& error) {
    expect(std::string(error.code()) == "INVALID_ARGUMENT", error.what());
    return 0;
  }
  Progress progress;
  const std::vector<float> vectors = encoder.encode(given, progress);
  expect(vectors.size() == given.count() * kDim, "a vector for each text");
  expect(std::all_of(vectors.begin(), vectors.end(), [](float number) { return std::isfinite(number); }),
         "vectors that are finite");
  return 0;
}
