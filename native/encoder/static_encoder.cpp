// Reading rows of the table is all the work: it is as fast as memory, so plain loops do.
#include "encoder/static_encoder.h"

#include <algorithm>
#include <string>

#include "runtime/thread_pool.h"

namespace attune {
namespace {

constexpr std::size_t kTextsPerBlock = 256;

std::size_t checked_dim(std::size_t values, std::size_t dim) {
  if (dim == 0 || values == 0 || values % dim != 0) {
    throw Error("BUNDLE_INVALID", "Expected the token table to hold rows of " + std::to_string(dim) +
                                      " numbers, but it holds " + std::to_string(values) + " numbers.");
  }
  return dim;
}

}  // namespace

StaticEncoder::StaticEncoder(const Level& level, std::vector<float> table, std::size_t dim,
                             const std::vector<DenseLayer>& dense, bool normalize)
    : table_(std::move(table)),
      table_dim_(checked_dim(table_.size(), dim)),
      head_(level, table_dim_, dense, normalize) {}

std::vector<float> StaticEncoder::encode(const Texts& texts, Progress& progress) const {
  check_texts(texts, table_.size() / table_dim_, texts.ids.size());
  progress.total = texts.count();
  std::vector<float> vectors(texts.count() * dim());
  const std::size_t blocks = (texts.count() + kTextsPerBlock - 1) / kTextsPerBlock;
  parallel_for(blocks, [&](std::size_t block) {
    progress.stop_if_cancelled();
    const std::size_t first = block * kTextsPerBlock;
    const std::size_t count = std::min(kTextsPerBlock, texts.count() - first);
    thread_local std::vector<float> means;
    means.assign(count * table_dim_, 0.0f);
    for (std::size_t t = 0; t < count; ++t) {
      float* const mean = means.data() + t * table_dim_;
      for (const std::int32_t id : texts.text(first + t)) {
        const float* const row = table_.data() + static_cast<std::size_t>(id) * table_dim_;
        for (std::size_t i = 0; i < table_dim_; ++i) mean[i] += row[i];
      }
      const float tokens = static_cast<float>(std::max<std::size_t>(texts.tokens(first + t), 1));
      for (std::size_t i = 0; i < table_dim_; ++i) mean[i] /= tokens;
    }
    head_.apply({means.data(), count, table_dim_}, {vectors.data() + first * dim(), count, dim()});
    progress.done += count;
  });
  return vectors;
}

}  // namespace attune
