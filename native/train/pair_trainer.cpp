#include "train/pair_trainer.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "runtime/thread_pool.h"

namespace attune {
namespace {

constexpr std::uint32_t kAbsent = 0xffffffffu;
constexpr std::size_t kRowsPerItem = 64;

void check_texts(const std::vector<std::uint32_t>& texts, std::size_t count, const char* name) {
  for (const std::uint32_t text : texts) {
    if (text < count) continue;
    throw Error("SHAPE_MISMATCH", std::string("Expected ") + name + " to be rows of the " +
                                      std::to_string(count) + " texts, but received " + std::to_string(text) +
                                      ".");
  }
}

void check_offsets(const std::vector<std::uint32_t>& offsets, std::size_t count, const char* name) {
  const bool fits = offsets.empty() ? count == 0
                                    : offsets.front() == 0 && offsets.back() == count &&
                                          std::is_sorted(offsets.begin(), offsets.end());
  if (fits) return;
  throw Error("SHAPE_MISMATCH", std::string("Expected the offsets of the ") + name +
                                    " to rise from 0 to the number of their keys.");
}

void check_pairs(const PairSet& pairs, std::size_t text_count) {
  const std::size_t count = pairs.count();
  if (pairs.document_texts.size() != count || pairs.weights.size() != count ||
      pairs.query_keys.size() != count || pairs.document_keys.size() != count) {
    throw Error("SHAPE_MISMATCH",
                "Expected a document, a weight, a query key and a document key for each of the " +
                    std::to_string(count) + " pairs.");
  }
  check_offsets(pairs.known_positives.offsets, pairs.known_positives.document_keys.size(), "known positives");
  check_offsets(pairs.negatives.offsets, pairs.negatives.document_keys.size(), "negatives");
  if (pairs.negatives.texts.size() != pairs.negatives.document_keys.size())
    throw Error("SHAPE_MISMATCH", "Expected a key for each negative.");
  check_texts(pairs.query_texts, text_count, "queries");
  check_texts(pairs.document_texts, text_count, "documents");
  check_texts(pairs.negatives.texts, text_count, "negatives");
  for (const float weight : pairs.weights) {
    if (!(weight >= 0) || !std::isfinite(weight)) {
      throw Error("INVALID_ARGUMENT", "Expected weights to be finite and not negative, but received " +
                                          std::to_string(weight) + ".");
    }
  }
}

void check_steps(const TrainingSteps& steps, std::size_t count) {
  const std::size_t batches = steps.batch == 0 ? 0 : (steps.order.size() + steps.batch - 1) / steps.batch;
  if (steps.batch == 0 || batches != steps.learning_rates.size()) {
    throw Error("INVALID_ARGUMENT", "Expected a learning rate for each of the " + std::to_string(batches) +
                                        " batches, but received " +
                                        std::to_string(steps.learning_rates.size()) + ".");
  }
  for (const std::uint32_t item : steps.order) {
    if (item < count) continue;
    throw Error("INVALID_ARGUMENT", "Expected the order to hold numbers below " + std::to_string(count) +
                                        ", but received " + std::to_string(item) + ".");
  }
}

}  // namespace

std::vector<double> take_steps(const TrainingSteps& steps, std::size_t count, Progress& progress,
                               const std::function<double(std::size_t)>& step) {
  check_steps(steps, count);
  progress.total = steps.learning_rates.size();
  std::vector<double> losses;
  for (std::size_t number = 0; number < steps.learning_rates.size(); ++number) {
    progress.stop_if_cancelled();
    losses.push_back(step(number));
    progress.done = number + 1;
  }
  return losses;
}

void check_loss(double loss, std::size_t step) {
  if (std::isfinite(loss)) return;
  throw Error("TRAINING_DIVERGED",
              "The loss is not a number at step " + std::to_string(step + 1) +
                  " of this call. Try a lower learning rate, a longer warm-up or a higher "
                  "temperature, and check that the vectors it started from are finite.");
}

PairTrainer::PairTrainer(const Level& level, TrainableEncoder& encoder, PairSet pairs, float temperature)
    : encoder_(encoder),
      pairs_(std::move(pairs)),
      temperature_(temperature),
      loss_(level),
      text_places_(encoder.text_count(), kAbsent) {
  check_pairs(pairs_, encoder.text_count());
  if (!(temperature > 0) || !std::isfinite(temperature)) {
    throw Error("INVALID_ARGUMENT",
                "Expected the temperature to be above 0, but received " + std::to_string(temperature) + ".");
  }
}

std::uint32_t PairTrainer::place_of(std::uint32_t text) {
  std::uint32_t& place = text_places_[text];
  if (place == kAbsent) {
    place = static_cast<std::uint32_t>(texts_.size());
    texts_.push_back(text);
  }
  return place;
}

// A document that the batch has already stands against every query as it is. Pairs of one query mostly follow
// each other in a log, so they and the epochs go through its negatives in turn.
void PairTrainer::add_negatives(std::uint32_t pair, std::size_t epoch) {
  const NamedNegatives& named = pairs_.negatives;
  const std::int32_t query_key = pairs_.query_keys[pair];
  if (query_key < 0 || static_cast<std::size_t>(query_key) + 1 >= named.offsets.size()) return;
  const std::size_t begin = named.offsets[static_cast<std::size_t>(query_key)];
  const std::size_t count = named.offsets[static_cast<std::size_t>(query_key) + 1] - begin;
  for (std::size_t n = 0; n < std::min(count, kMostNegatives); ++n) {
    const std::size_t at = begin + ((pair + epoch) * kMostNegatives + n) % count;
    const std::uint32_t place = place_of(named.texts[at]);
    is_document_.resize(texts_.size());
    if (is_document_[place]) continue;
    is_document_[place] = true;
    rows_.push_back(place);
    document_keys_.push_back(named.document_keys[at]);
  }
}

void PairTrainer::select(std::span<const std::uint32_t> pairs, std::size_t epoch) {
  for (const std::uint32_t text : texts_) text_places_[text] = kAbsent;
  texts_.clear();
  rows_.clear();
  weights_.clear();
  query_keys_.clear();
  document_keys_.clear();
  for (const std::uint32_t pair : pairs) {
    rows_.push_back(place_of(pairs_.query_texts[pair]));
    weights_.push_back(pairs_.weights[pair]);
    query_keys_.push_back(pairs_.query_keys[pair]);
  }
  for (const std::uint32_t pair : pairs) {
    rows_.push_back(place_of(pairs_.document_texts[pair]));
    document_keys_.push_back(pairs_.document_keys[pair]);
  }
  is_document_.assign(texts_.size(), false);
  for (std::size_t row = pairs.size(); row < rows_.size(); ++row) is_document_[rows_[row]] = true;
  for (const std::uint32_t pair : pairs) add_negatives(pair, epoch);
  row_begins_.assign(texts_.size() + 1, 0);
  for (const std::uint32_t place : rows_) ++row_begins_[place + 1];
  for (std::size_t place = 0; place < texts_.size(); ++place) row_begins_[place + 1] += row_begins_[place];
  occurrences_.resize(rows_.size());
  for (std::uint32_t row = 0; row < rows_.size(); ++row) occurrences_[row_begins_[rows_[row]]++] = row;
  for (std::size_t place = texts_.size(); place > 0; --place) row_begins_[place] = row_begins_[place - 1];
  row_begins_[0] = 0;
}

double PairTrainer::step(const TrainingSteps& steps, std::size_t number) {
  const std::size_t begin = number * steps.batch;
  const std::size_t batch = std::min(steps.batch, steps.order.size() - begin);
  select(steps.order.subspan(begin, batch), steps.epoch);
  const std::size_t dim = encoder_.dim(), rows = rows_.size();
  unit_.resize(texts_.size() * dim);
  text_gradients_.resize(texts_.size() * dim);
  vectors_.resize(rows * dim);
  gradients_.resize(rows * dim);
  const Matrix unit(unit_.data(), texts_.size(), dim),
      text_gradients(text_gradients_.data(), texts_.size(), dim);
  encoder_.encode(texts_, unit);
  parallel_for_parts(rows, kRowsPerItem, [&](std::size_t begin_row, std::size_t end) {
    for (std::size_t row = begin_row; row < end; ++row)
      std::copy_n(unit.row(rows_[row]), dim, vectors_.data() + row * dim);
  });

  ContrastiveBatch contrast;
  contrast.queries = {vectors_.data(), batch, dim};
  contrast.documents = {vectors_.data() + batch * dim, rows - batch, dim};
  contrast.weights = weights_;
  contrast.query_keys = query_keys_;
  contrast.document_keys = document_keys_;
  contrast.known_positives = &pairs_.known_positives;
  contrast.temperature = temperature_;
  const double loss = loss_.run(contrast, {gradients_.data(), batch, dim},
                                {gradients_.data() + batch * dim, rows - batch, dim});
  check_loss(loss, number);

  parallel_for_parts(texts_.size(), kRowsPerItem, [&](std::size_t begin_place, std::size_t end) {
    for (std::size_t place = begin_place; place < end; ++place) {
      float* sum = text_gradients.row(place);
      std::copy_n(gradients_.data() + occurrences_[row_begins_[place]] * dim, dim, sum);
      for (std::size_t at = row_begins_[place] + 1; at < row_begins_[place + 1]; ++at) {
        const float* more = gradients_.data() + occurrences_[at] * dim;
        for (std::size_t i = 0; i < dim; ++i) sum[i] += more[i];
      }
    }
  });
  encoder_.learn(unit, text_gradients, steps.learning_rates[number]);
  return loss;
}

std::vector<double> PairTrainer::train(const TrainingSteps& steps, Progress& progress) {
  return take_steps(steps, pairs_.count(), progress, [&](std::size_t number) { return step(steps, number); });
}

}  // namespace attune
