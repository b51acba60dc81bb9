// Symmetric InfoNCE with weights (van den Oord, Li, Vinyals 2018, https://arxiv.org/abs/1807.03748, eq. 4, in
// both directions; weights as generalised contrastive learning, https://arxiv.org/abs/2404.08535).
#pragma once
#include <span>
#include <vector>

#include "attune/matrix.h"
#include "runtime/levels.h"
#include "train/false_negatives.h"

namespace attune {

struct ContrastiveBatch {
  ConstMatrix queries;             // [batch, dim], rows of unit length
  ConstMatrix documents;           // [batch + negatives, dim], likewise; row i < batch answers query i
  std::span<const float> weights;  // [batch], not negative
  std::span<const std::int32_t> query_keys;     // [batch]; see FalseNegatives. Negative: like no other
  std::span<const std::int32_t> document_keys;  // [batch + negatives]
  const KnownPositives* known_positives = nullptr;
  float temperature = 0.05f;
};

// With l_ij = queries_i · documents_j / temperature, masked pairs left out of every sum,
//
//   p_ij = softmax of l_i over all documents j       c_ij = softmax of l_j over the queries i, for j < batch
//   loss = -1 / (2 Z) * sum over i of weights_i * (log p_ii + log c_ii),   Z = sum of weights,   in nats
//
// Extra negatives stand against every query and have no direction of their own. The matrix of logits never
// exists: tiles of it are computed twice, first for the log sums, then for the gradients. Tiles and the order
// in which their parts are added depend on the sizes alone, so results have the same bits whatever the number
// of threads.
//
//   memory       O(batch + negatives) * dim, times at most 8
//   operations   8 * batch * (batch + negatives) * dim
class ContrastiveLoss {
 public:
  explicit ContrastiveLoss(const Level& level) : level_(level) {}

  // Returns the loss, and writes its gradients for the unit vectors.
  // A batch whose weights are all 0 has loss 0.
  double run(const ContrastiveBatch& batch, Matrix query_gradients, Matrix document_gradients);

 private:
  void prepare(const ContrastiveBatch& batch);
  void sum_block(const ContrastiveBatch& batch, std::size_t block);
  void merge_columns(const ContrastiveBatch& batch);
  double loss(const ContrastiveBatch& batch) const;
  void gradient_block(const ContrastiveBatch& batch, std::size_t block, Matrix query_gradients);
  void add_groups(Matrix document_gradients) const;
  void logits_of(const ContrastiveBatch& batch, std::size_t first_row, std::size_t first_col, Matrix tile,
                 const std::vector<std::vector<std::uint32_t>>& masked) const;

  const Level& level_;
  FalseNegatives false_negatives_;
  std::size_t block_rows_ = 0, blocks_ = 0, groups_ = 0;
  double total_weight_ = 0;
  std::vector<float> scaled_queries_;                    // [batch, dim], queries / temperature
  std::vector<float> diagonal_, row_log_sums_;           // [batch]
  std::vector<float> block_maxima_, block_sums_;         // [blocks, batch]: each block's part of every column
  std::vector<float> column_log_sums_, column_weights_;  // [batch + negatives]
  std::vector<float> group_gradients_;                   // [groups, batch + negatives, dim]
};

}  // namespace attune
