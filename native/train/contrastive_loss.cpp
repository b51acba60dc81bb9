#include "train/contrastive_loss.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <limits>

#include "linear/matmul.h"
#include "runtime/thread_pool.h"

namespace attune {
namespace {

// A tile of logits, up to 128 x 256 floats (128 KiB), and the rows and columns it is made of stay in the
// second-level cache.
constexpr std::size_t kTileRows = 128;
constexpr std::size_t kTileCols = 256;
// Larger batches get higher blocks, so that the parts of the columns take at most this many times the batch.
constexpr std::size_t kMostBlocks = 32;
// Blocks share the place where the gradients of documents are added up; groups of them run beside each other.
constexpr std::size_t kMostGroups = 8;

// The buffers of one thread, kept from batch to batch.
struct Scratch {
  std::vector<float> tile;
  std::vector<float> row_maxima, row_sums, tile_maxima;
  std::vector<std::vector<std::uint32_t>> masked;
};

Scratch& scratch() {
  thread_local Scratch buffers;
  return buffers;
}

std::size_t divided_up(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

}  // namespace

void ContrastiveLoss::prepare(const ContrastiveBatch& batch) {
  const std::size_t rows = batch.queries.rows, cols = batch.documents.rows, dim = batch.queries.cols;
  static const KnownPositives kNone;
  false_negatives_.build(batch.query_keys, batch.document_keys,
                         batch.known_positives == nullptr ? kNone : *batch.known_positives);
  block_rows_ = std::max(kTileRows, divided_up(rows, kMostBlocks));
  blocks_ = divided_up(rows, block_rows_);
  groups_ = std::min(blocks_, kMostGroups);
  total_weight_ = 0;
  for (const float weight : batch.weights) total_weight_ += weight;

  diagonal_.resize(rows);
  row_log_sums_.resize(rows);
  block_maxima_.assign(blocks_ * rows, -FLT_MAX);
  block_sums_.assign(blocks_ * rows, 0.0f);
  column_log_sums_.assign(cols, FLT_MAX);
  column_weights_.assign(cols, 0.0f);
  group_gradients_.resize(groups_ * cols * dim);
  scaled_queries_.resize(rows * dim);
  const float scale = 1.0f / batch.temperature;
  for (std::size_t row = 0; row < rows; ++row) {
    const float* query = batch.queries.row(row);
    for (std::size_t i = 0; i < dim; ++i) scaled_queries_[row * dim + i] = query[i] * scale;
  }
}

// The logits of a tile, -infinity where masked.
void ContrastiveLoss::logits_of(const ContrastiveBatch& batch, std::size_t first_row, std::size_t first_col,
                                Matrix tile, const std::vector<std::vector<std::uint32_t>>& masked) const {
  const std::size_t dim = batch.queries.cols;
  const ConstMatrix queries(scaled_queries_.data() + first_row * dim, tile.rows, dim);
  const ConstMatrix documents(batch.documents.row(first_col), tile.cols, dim, batch.documents.stride);
  multiply_nt(level_, queries, documents, tile, Product::replace);
  for (std::size_t r = 0; r < tile.rows; ++r) {
    const auto& columns = masked[r];
    for (auto at = std::lower_bound(columns.begin(), columns.end(), first_col);
         at != columns.end() && *at < first_col + tile.cols; ++at) {
      tile.row(r)[*at - first_col] = -std::numeric_limits<float>::infinity();
    }
  }
}

void ContrastiveLoss::sum_block(const ContrastiveBatch& batch, std::size_t block) {
  const kernels::ContrastiveKernels& kernels = level_.contrastive;
  const std::size_t batch_rows = batch.queries.rows, cols = batch.documents.rows;
  const std::size_t block_end = std::min(batch_rows, (block + 1) * block_rows_);
  Scratch& buffers = scratch();
  buffers.tile.resize(kTileRows * kTileCols);
  buffers.masked.resize(kTileRows);
  float* maxima = block_maxima_.data() + block * batch_rows;
  float* sums = block_sums_.data() + block * batch_rows;

  for (std::size_t first_row = block * block_rows_; first_row < block_end; first_row += kTileRows) {
    const std::size_t rows = std::min(kTileRows, block_end - first_row);
    for (std::size_t r = 0; r < rows; ++r) false_negatives_.columns_of(first_row + r, buffers.masked[r]);
    buffers.row_maxima.assign(rows, -FLT_MAX);
    buffers.row_sums.assign(rows, 0.0f);
    for (std::size_t first_col = 0; first_col < cols; first_col += kTileCols) {
      const std::size_t tile_cols = std::min(kTileCols, cols - first_col);
      const Matrix tile(buffers.tile.data(), rows, tile_cols);
      logits_of(batch, first_row, first_col, tile, buffers.masked);
      for (std::size_t r = 0; r < rows; ++r) {
        kernels.merge_row(tile.row(r), tile_cols, &buffers.row_maxima[r], &buffers.row_sums[r]);
        const std::size_t row = first_row + r;
        if (row >= first_col && row < first_col + tile_cols) diagonal_[row] = tile.row(r)[row - first_col];
      }
      if (first_col >= batch_rows) continue;  // extra negatives have no direction of their own
      const std::size_t paired = std::min(tile_cols, batch_rows - first_col);
      std::vector<float>& before = buffers.tile_maxima;
      before.assign(maxima + first_col, maxima + first_col + paired);
      for (std::size_t r = 0; r < rows; ++r) kernels.raise_maxima(tile.row(r), paired, maxima + first_col);
      for (std::size_t j = 0; j < paired; ++j)
        sums[first_col + j] *= std::exp(before[j] - maxima[first_col + j]);
      for (std::size_t r = 0; r < rows; ++r) {
        kernels.add_exponentials(tile.row(r), maxima + first_col, paired, sums + first_col);
      }
    }
    for (std::size_t r = 0; r < rows; ++r) {
      row_log_sums_[first_row + r] = buffers.row_maxima[r] + std::log(buffers.row_sums[r]);
    }
  }
}

void ContrastiveLoss::merge_columns(const ContrastiveBatch& batch) {
  const std::size_t rows = batch.queries.rows;
  parallel_for(divided_up(rows, kTileCols), [&](std::size_t part) {
    for (std::size_t j = part * kTileCols; j < std::min(rows, (part + 1) * kTileCols); ++j) {
      float top = -FLT_MAX;
      for (std::size_t block = 0; block < blocks_; ++block)
        top = std::max(top, block_maxima_[block * rows + j]);
      double sum = 0;
      for (std::size_t block = 0; block < blocks_; ++block) {
        sum +=
            double(block_sums_[block * rows + j]) * std::exp(double(block_maxima_[block * rows + j]) - top);
      }
      column_log_sums_[j] = static_cast<float>(top + std::log(sum));
      column_weights_[j] = static_cast<float>(batch.weights[j] / (2 * total_weight_));
    }
  });
}

double ContrastiveLoss::loss(const ContrastiveBatch& batch) const {
  double sum = 0;
  for (std::size_t i = 0; i < diagonal_.size(); ++i) {
    sum += double(batch.weights[i]) *
           (double(row_log_sums_[i]) + column_log_sums_[i] - 2 * double(diagonal_[i]));
  }
  return sum / (2 * total_weight_);
}

//   d loss / d l_ij = (weights_i (p_ij - [i = j]) + weights_j (c_ij - [i = j])) / 2Z
//
// tile by tile, and at once multiplied with the documents, for the queries,
// and with the queries, for the documents.
void ContrastiveLoss::gradient_block(const ContrastiveBatch& batch, std::size_t block,
                                     Matrix query_gradients) {
  const std::size_t batch_rows = batch.queries.rows, cols = batch.documents.rows, dim = batch.queries.cols;
  const std::size_t block_end = std::min(batch_rows, (block + 1) * block_rows_);
  const std::size_t group = block % groups_;
  Scratch& buffers = scratch();
  buffers.tile.resize(kTileRows * kTileCols);
  buffers.masked.resize(kTileRows);

  for (std::size_t first_row = block * block_rows_; first_row < block_end; first_row += kTileRows) {
    const std::size_t rows = std::min(kTileRows, block_end - first_row);
    const bool first_of_group = block == group && first_row == block * block_rows_;
    for (std::size_t r = 0; r < rows; ++r) false_negatives_.columns_of(first_row + r, buffers.masked[r]);
    const Matrix query_part(query_gradients.row(first_row), rows, dim, query_gradients.stride);
    const ConstMatrix queries(scaled_queries_.data() + first_row * dim, rows, dim);
    for (std::size_t first_col = 0; first_col < cols; first_col += kTileCols) {
      const std::size_t tile_cols = std::min(kTileCols, cols - first_col);
      const Matrix tile(buffers.tile.data(), rows, tile_cols);
      logits_of(batch, first_row, first_col, tile, buffers.masked);
      for (std::size_t r = 0; r < rows; ++r) {
        const std::size_t row = first_row + r;
        level_.contrastive.gradient(tile.row(r), tile_cols, row_log_sums_[row], column_weights_[row],
                                    column_log_sums_.data() + first_col, column_weights_.data() + first_col);
        if (row >= first_col && row < first_col + tile_cols)
          tile.row(r)[row - first_col] -= 2 * column_weights_[row];
      }
      const ConstMatrix documents(batch.documents.row(first_col), tile_cols, dim, batch.documents.stride);
      multiply_nn(level_, tile, documents, query_part,
                  first_col == 0 ? Product::replace : Product::accumulate);
      const Matrix document_part(group_gradients_.data() + (group * cols + first_col) * dim, tile_cols, dim);
      multiply_tn(level_, tile, queries, document_part,
                  first_of_group ? Product::replace : Product::accumulate);
    }
    const float scale = 1.0f / batch.temperature;
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t i = 0; i < dim; ++i) query_part.row(r)[i] *= scale;
    }
  }
}

void ContrastiveLoss::add_groups(Matrix document_gradients) const {
  const std::size_t rows = document_gradients.rows, dim = document_gradients.cols;
  parallel_for(divided_up(rows, kTileRows), [&](std::size_t part) {
    for (std::size_t row = part * kTileRows; row < std::min(rows, (part + 1) * kTileRows); ++row) {
      float* out = document_gradients.row(row);
      std::copy_n(group_gradients_.data() + row * dim, dim, out);
      for (std::size_t group = 1; group < groups_; ++group) {
        const float* more = group_gradients_.data() + (group * rows + row) * dim;
        for (std::size_t i = 0; i < dim; ++i) out[i] += more[i];
      }
    }
  });
}

double ContrastiveLoss::run(const ContrastiveBatch& batch, Matrix query_gradients,
                            Matrix document_gradients) {
  prepare(batch);
  if (batch.queries.rows == 0 || total_weight_ == 0) {
    for (std::size_t row = 0; row < query_gradients.rows; ++row)
      std::fill_n(query_gradients.row(row), query_gradients.cols, 0.0f);
    for (std::size_t row = 0; row < document_gradients.rows; ++row) {
      std::fill_n(document_gradients.row(row), document_gradients.cols, 0.0f);
    }
    return 0;
  }
  parallel_for(blocks_, [&](std::size_t block) { sum_block(batch, block); });
  merge_columns(batch);
  parallel_for(groups_, [&](std::size_t group) {
    for (std::size_t block = group; block < blocks_; block += groups_)
      gradient_block(batch, block, query_gradients);
  });
  add_groups(document_gradients);
  return loss(batch);
}

}  // namespace attune
