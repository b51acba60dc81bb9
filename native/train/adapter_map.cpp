#include "train/adapter_map.h"

#include <algorithm>
#include <string>

#include "attune/error.h"
#include "linear/matmul.h"
#include "runtime/thread_pool.h"
#include "train/unit_rows.h"

namespace attune {
namespace {

constexpr std::size_t kTextsPerItem = 64;
constexpr std::size_t kRowsPerItem = 48;

std::size_t checked_rows(std::size_t numbers, std::size_t dim_in, std::size_t dim_out) {
  if (dim_in == 0 || dim_out == 0 || dim_out > dim_in || numbers % dim_in != 0) {
    throw Error("DIMENSION_MISMATCH",
                "Expected vectors in rows of " + std::to_string(dim_in) +
                    " numbers and an adapter with at most as many outputs, but received " +
                    std::to_string(numbers) + " numbers and " + std::to_string(dim_out) + " outputs.");
  }
  return dim_out;
}

}  // namespace

AdapterMap::AdapterMap(const Level& level, std::vector<float> vectors, std::size_t dim_in,
                       std::size_t dim_out, const AdamOptions& options)
    : level_(level),
      dim_in_(dim_in),
      vectors_(std::move(vectors)),
      rows_(level, std::vector<float>(checked_rows(vectors_.size(), dim_in, dim_out) * dim_in), dim_in,
            options),
      map_gradients_(dim_out * dim_in) {}

void AdapterMap::encode(std::span<const std::uint32_t> texts, Matrix unit) {
  rows_.flush();  // every row learns at every step, so there is nothing to make up for but after a restore
  inputs_.resize(texts.size() * dim_in_);
  scales_.resize(texts.size());
  const ConstMatrix map(rows_.weights().data(), dim(), dim_in_);
  parallel_for((texts.size() + kTextsPerItem - 1) / kTextsPerItem, [&](std::size_t item) {
    const std::size_t begin = item * kTextsPerItem, end = std::min(texts.size(), begin + kTextsPerItem);
    for (std::size_t at = begin; at < end; ++at) {
      const float* vector = vectors_.data() + texts[at] * dim_in_;
      std::copy_n(vector, dim_in_, inputs_.data() + at * dim_in_);
      std::copy_n(vector, dim(), unit.row(at));
    }
    multiply_nt(level_, {inputs_.data() + begin * dim_in_, end - begin, dim_in_}, map,
                {unit.row(begin), end - begin, dim(), unit.stride}, Product::accumulate);
    for (std::size_t at = begin; at < end; ++at) {
      scales_[at] = to_unit(unit.row(at), dim());
    }
  });
}

//   d loss / d (W x) = (g - y (y · g)) / |W x|
//   d loss / d W     = sum over the texts of  d loss / d (W x) · xᵀ
void AdapterMap::learn(ConstMatrix unit, Matrix gradients, float learning_rate) {
  const std::size_t texts = gradients.rows;
  parallel_for((texts + kTextsPerItem - 1) / kTextsPerItem, [&](std::size_t item) {
    for (std::size_t at = item * kTextsPerItem; at < std::min(texts, (item + 1) * kTextsPerItem); ++at) {
      back_through_unit(unit.row(at), scales_[at], gradients.row(at), dim());
    }
  });
  rows_.begin_step(learning_rate);
  parallel_for((dim() + kRowsPerItem - 1) / kRowsPerItem, [&](std::size_t item) {
    const std::size_t begin = item * kRowsPerItem, end = std::min(dim(), begin + kRowsPerItem);
    const Matrix part(map_gradients_.data() + begin * dim_in_, end - begin, dim_in_);
    multiply_tn(level_, {gradients.data + begin, texts, end - begin, gradients.stride},
                {inputs_.data(), texts, dim_in_}, part, Product::replace);
    for (std::size_t row = begin; row < end; ++row) rows_.update(row, map_gradients_.data() + row * dim_in_);
  });
  rows_.end_step();
}

}  // namespace attune
