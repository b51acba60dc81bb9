// Contrastive training of an encoder on weighted (query, document) pairs.
#pragma once
#include <functional>
#include <span>
#include <vector>

#include "attune/progress.h"
#include "train/contrastive_loss.h"
#include "train/trainable_encoder.h"

namespace attune {

// The documents that are said not to answer a query, as compressed rows: of the query with key q they are
// texts[offsets[q] .. offsets[q + 1]), with the keys of these documents. A key outside of the table has none.
struct NamedNegatives {
  std::vector<std::uint32_t> offsets;
  std::vector<std::uint32_t> texts;
  std::vector<std::int32_t> document_keys;
};

// How many of its query's negatives a pair brings into its batch, at most. Where there are more, they take turns.
constexpr std::size_t kMostNegatives = 4;

// What is learned from, given once. Texts are rows of the encoder's list.
struct PairSet {
  std::vector<std::uint32_t> query_texts, document_texts;  // [pairs]
  std::vector<float> weights;                              // [pairs], not negative
  std::vector<std::int32_t> query_keys, document_keys;     // [pairs]; see FalseNegatives
  KnownPositives known_positives;
  NamedNegatives negatives;

  std::size_t count() const { return query_texts.size(); }
};

struct TrainingSteps {
  std::span<const std::uint32_t> order;  // pairs, or texts, batch after batch; the last batch may be shorter
  std::size_t batch = 0;
  std::span<const float> learning_rates;  // one for each batch
  std::size_t epoch = 0;                  // from 0: decides whose turn it is among many negatives
};

// The loop of every training: takes each step by its number, from 0, and returns their losses. Cancelled between steps. Throws Error
// INVALID_ARGUMENT unless there is a learning rate for every batch, and every item is below `count`.
std::vector<double> take_steps(const TrainingSteps& steps, std::size_t count, Progress& progress,
                               const std::function<double(std::size_t number)>& step);

// Throws Error TRAINING_DIVERGED when a loss is not a number;
// the encoder has then not learned from that batch.
void check_loss(double loss, std::size_t step);

class PairTrainer {
 public:
  // Throws Error SHAPE_MISMATCH when the pairs do not fit each other or the encoder's texts.
  PairTrainer(const Level& level, TrainableEncoder& encoder, PairSet pairs, float temperature);

  // Returns the loss of each batch before it was learned from. Cancelled between batches, the encoder is
  // whole, and has learned from the first progress.done of them.
  std::vector<double> train(const TrainingSteps& steps, Progress& progress);

 private:
  void select(std::span<const std::uint32_t> pairs, std::size_t epoch);
  void add_negatives(std::uint32_t pair, std::size_t epoch);
  std::uint32_t place_of(std::uint32_t text);
  double step(const TrainingSteps& steps, std::size_t number);

  TrainableEncoder& encoder_;
  const PairSet pairs_;
  const float temperature_;
  ContrastiveLoss loss_;

  // Of one batch. A text that occurs several times is encoded once:
  // rows_ says which vector a query or document has.
  std::vector<std::uint32_t> texts_;        // distinct
  std::vector<std::uint32_t> text_places_;  // [all texts]: place in texts_, or kAbsent
  std::vector<std::uint32_t> rows_;         // [queries, then documents, then negatives]: place in texts_
  std::vector<bool> is_document_;           // [places in texts_]: whether it is a document or a negative
  std::vector<std::uint32_t> row_begins_, occurrences_;  // the rows of each distinct text, ascending
  std::vector<float> weights_;
  std::vector<std::int32_t> query_keys_, document_keys_;
  std::vector<float> unit_, text_gradients_;  // [texts, dim]
  std::vector<float> vectors_, gradients_;    // [rows, dim]
};

}  // namespace attune
