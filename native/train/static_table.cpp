#include "train/static_table.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "attune/error.h"
#include "runtime/thread_pool.h"

namespace attune {
namespace {

constexpr std::uint32_t kAbsent = 0xffffffffu;
constexpr std::size_t kTextsPerItem = 64;
constexpr std::size_t kTokensPerItem = 32;

void in_parts(std::size_t count, std::size_t per_item,
              const std::function<void(std::size_t, std::size_t)>& body) {
  parallel_for((count + per_item - 1) / per_item,
               [&](std::size_t item) { body(item * per_item, std::min(count, (item + 1) * per_item)); });
}

void check(const TokenizedTexts& texts, std::size_t vocabulary) {
  const std::vector<std::uint32_t>& offsets = texts.offsets;
  if (offsets.empty() || offsets.front() != 0 || offsets.back() != texts.ids.size() ||
      !std::is_sorted(offsets.begin(), offsets.end())) {
    throw Error("SHAPE_MISMATCH", "Expected the texts' offsets to rise from 0 to the number of token ids, " +
                                      std::to_string(texts.ids.size()) + ".");
  }
  for (const std::int32_t id : texts.ids) {
    if (id < 0 || static_cast<std::size_t>(id) >= vocabulary) {
      throw Error("SHAPE_MISMATCH", "Expected token ids below " + std::to_string(vocabulary) +
                                        " (the rows of the table), but received " + std::to_string(id) +
                                        ". Were the texts tokenised for another model?");
    }
  }
}

}  // namespace

StaticTable::StaticTable(const Level& level, std::vector<float> table, std::size_t dim, TokenizedTexts texts,
                         const AdamOptions& options)
    : rows_(level, std::move(table), dim, options),
      texts_(std::move(texts)),
      token_places_(rows_.rows(), kAbsent) {
  check(texts_, rows_.rows());
}

// Two passes over the token ids: count, then place.
// The order of everything follows the batch, never a thread.
void StaticTable::group_by_token(std::span<const std::uint32_t> texts) {
  for (const std::uint32_t token : tokens_) token_places_[token] = kAbsent;
  tokens_.clear();
  token_begins_.assign(1, 0);
  for (const std::uint32_t text : texts) {
    for (const std::int32_t id : texts_.of(text)) {
      std::uint32_t& place = token_places_[static_cast<std::size_t>(id)];
      if (place == kAbsent) {
        place = static_cast<std::uint32_t>(tokens_.size());
        tokens_.push_back(static_cast<std::uint32_t>(id));
        token_begins_.push_back(0);
      }
      ++token_begins_[place + 1];
    }
  }
  for (std::size_t place = 0; place < tokens_.size(); ++place)
    token_begins_[place + 1] += token_begins_[place];
  occurrences_.resize(token_begins_.back());
  for (std::size_t at = 0; at < texts.size(); ++at) {
    for (const std::int32_t id : texts_.of(texts[at])) {
      const std::uint32_t place = token_places_[static_cast<std::size_t>(id)];
      occurrences_[token_begins_[place]++] = static_cast<std::uint32_t>(at);
    }
  }
  // Placing has moved every begin to its end, the next one's begin.
  for (std::size_t place = tokens_.size(); place > 0; --place)
    token_begins_[place] = token_begins_[place - 1];
  token_begins_[0] = 0;
}

void StaticTable::encode(std::span<const std::uint32_t> texts, Matrix unit) {
  batch_texts_.assign(texts.begin(), texts.end());
  scales_.resize(texts.size());
  group_by_token(texts);
  in_parts(tokens_.size(), kTokensPerItem, [&](std::size_t begin, std::size_t end) {
    for (std::size_t place = begin; place < end; ++place) rows_.bring_up(tokens_[place]);
  });
  in_parts(texts.size(), kTextsPerItem, [&](std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; ++at) {
      float* out = unit.row(at);
      std::fill_n(out, dim(), 0.0f);
      const std::span<const std::int32_t> ids = texts_.of(texts[at]);
      for (const std::int32_t id : ids) {
        const float* row = rows_.row(static_cast<std::size_t>(id));
        for (std::size_t i = 0; i < dim(); ++i) out[i] += row[i];
      }
      // The sum has the direction of the mean.
      // 1 / |sum| = 1 / (tokens * |mean|) is also what the gradient needs.
      double squares = 0;
      for (std::size_t i = 0; i < dim(); ++i) squares += double(out[i]) * out[i];
      scales_[at] = squares > 0 ? static_cast<float>(1 / std::sqrt(squares)) : 0.0f;
      for (std::size_t i = 0; i < dim(); ++i) out[i] *= scales_[at];
    }
  });
}

// With s the sum of a text's rows and y = s / |s|, for each of the text's tokens:
//
//   d loss / d row = (g - y (y · g)) / |s|
void StaticTable::learn(ConstMatrix unit, Matrix gradients, float learning_rate) {
  in_parts(batch_texts_.size(), kTextsPerItem, [&](std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; ++at) {
      const float* y = unit.row(at);
      float* g = gradients.row(at);
      double along = 0;
      for (std::size_t i = 0; i < dim(); ++i) along += double(y[i]) * g[i];
      for (std::size_t i = 0; i < dim(); ++i) g[i] = (g[i] - static_cast<float>(along) * y[i]) * scales_[at];
    }
  });
  rows_.begin_step(learning_rate);
  in_parts(tokens_.size(), kTokensPerItem, [&](std::size_t begin, std::size_t end) {
    thread_local std::vector<float> sum;
    for (std::size_t place = begin; place < end; ++place) {
      sum.assign(dim(), 0.0f);
      for (std::uint32_t at = token_begins_[place]; at < token_begins_[place + 1]; ++at) {
        const float* g = gradients.row(occurrences_[at]);
        for (std::size_t i = 0; i < dim(); ++i) sum[i] += g[i];
      }
      rows_.update(tokens_[place], sum.data());
    }
  });
  rows_.end_step();
}

}  // namespace attune
