// Messages count texts from 0, as the caller's array does.
#include "encoder/texts.h"

#include <string>

#include "attune/error.h"

namespace attune {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error("INVALID_ARGUMENT", message); }

}  // namespace

void check_texts(const Texts& texts, std::size_t vocabulary_size, std::size_t max_tokens) {
  if (texts.offsets.empty()) {
    refuse("Expected offsets to have one entry more than there are texts, but received none.");
  }
  if (texts.offsets.front() != 0 || texts.offsets.back() != texts.ids.size()) {
    refuse("Expected offsets to run from 0 to the number of ids, " + std::to_string(texts.ids.size()) +
           ", but they run from " + std::to_string(texts.offsets.front()) + " to " +
           std::to_string(texts.offsets.back()) + ".");
  }
  for (std::size_t text = 0; text < texts.count(); ++text) {
    if (texts.offsets[text + 1] < texts.offsets[text] || texts.offsets[text + 1] > texts.ids.size()) {
      refuse("Expected offsets to rise, but text " + std::to_string(text) + " would begin at " +
             std::to_string(texts.offsets[text]) + " and end at " + std::to_string(texts.offsets[text + 1]) +
             ".");
    }
    if (texts.tokens(text) > max_tokens) {
      refuse("Expected at most " + std::to_string(max_tokens) +
             " tokens a text (the positions of this model), but text " + std::to_string(text) + " has " +
             std::to_string(texts.tokens(text)) + ". Truncate it first.");
    }
    for (const std::int32_t id : texts.text(text)) {
      if (id < 0 || static_cast<std::size_t>(id) >= vocabulary_size) {
        refuse("Expected ids from 0 to " + std::to_string(vocabulary_size) + " exclusive, but text " +
               std::to_string(text) + " has the id " + std::to_string(id) +
               ". Was it tokenised with another model's vocabulary?");
      }
    }
  }
}

}  // namespace attune
