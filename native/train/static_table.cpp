#include "train/static_table.h"

#include <algorithm>

#include "runtime/thread_pool.h"
#include "train/unit_rows.h"

namespace attune {
namespace {

constexpr std::size_t kTextsPerItem = 64;
constexpr std::size_t kTokensPerItem = 32;

}  // namespace

StaticTable::StaticTable(const Level& level, std::vector<float> table, std::size_t dim, TokenizedTexts texts,
                         const AdamOptions& options)
    : rows_(level, std::move(table), dim, options),
      texts_(std::move(texts)),
      groups_(rows_.rows(), TokenGroups::Place::text) {
  check_tokens(texts_, rows_.rows());
}

void StaticTable::encode(std::span<const std::uint32_t> texts, Matrix unit) {
  batch_texts_.assign(texts.begin(), texts.end());
  scales_.resize(texts.size());
  groups_.build(texts_, texts);
  parallel_for_parts(groups_.tokens().size(), kTokensPerItem, [&](std::size_t begin, std::size_t end) {
    for (std::size_t place = begin; place < end; ++place) rows_.bring_up(groups_.tokens()[place]);
  });
  parallel_for_parts(texts.size(), kTextsPerItem, [&](std::size_t begin, std::size_t end) {
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
      scales_[at] = to_unit(out, dim());
    }
  });
}

// With s the sum of a text's rows and y = s / |s|, for each of the text's tokens:
//
//   d loss / d row = (g - y (y · g)) / |s|
void StaticTable::learn(ConstMatrix unit, Matrix gradients, float learning_rate) {
  parallel_for_parts(batch_texts_.size(), kTextsPerItem, [&](std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; ++at) {
      back_through_unit(unit.row(at), scales_[at], gradients.row(at), dim());
    }
  });
  rows_.begin_step(learning_rate);
  parallel_for_parts(groups_.tokens().size(), kTokensPerItem, [&](std::size_t begin, std::size_t end) {
    thread_local std::vector<float> sum;
    for (std::size_t place = begin; place < end; ++place) {
      sum.assign(dim(), 0.0f);
      for (const std::uint32_t text : groups_.places(place)) {
        const float* g = gradients.row(text);
        for (std::size_t i = 0; i < dim(); ++i) sum[i] += g[i];
      }
      rows_.update(groups_.tokens()[place], sum.data());
    }
  });
  rows_.end_step();
}

}  // namespace attune
