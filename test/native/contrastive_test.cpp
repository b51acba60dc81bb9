// The contrastive loss: its kernels, its gradients and its masks, against double arithmetic at every level.
#include <doctest/doctest.h>
#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "tested_levels.h"
#include "train/contrastive_loss.h"

using namespace attune;

namespace {

// A batch, and its loss as the definition says it, in double.
struct Example {
  std::size_t batch, documents, dim;
  std::vector<double> q, d;  // [batch, dim], [documents, dim]
  std::vector<float> weights;
  std::vector<std::int32_t> query_keys, document_keys;
  KnownPositives known;
  double temperature = 0.05;

  double logit(std::size_t i, std::size_t j) const {
    double sum = 0;
    for (std::size_t k = 0; k < dim; ++k) sum += q[i * dim + k] * d[j * dim + k];
    return sum / temperature;
  }
  bool masked(std::size_t i, std::size_t j) const {
    if (i == j) return false;
    if (j < batch && query_keys[i] >= 0 && query_keys[j] == query_keys[i]) return true;
    if (document_keys[i] >= 0 && document_keys[j] == document_keys[i]) return true;
    const auto positives = known.of(query_keys[i]);
    return document_keys[j] >= 0 &&
           std::find(positives.begin(), positives.end(), document_keys[j]) != positives.end();
  }
  // The logits' exponentials' sums by row and by column, as logarithms.
  void log_sums(std::vector<double>& rows, std::vector<double>& cols) const {
    std::vector<double> row_sums(batch), col_sums(batch);
    for (std::size_t i = 0; i < batch; ++i) {
      for (std::size_t j = 0; j < documents; ++j) {
        if (masked(i, j)) continue;
        const double e = std::exp(logit(i, j) - 1 / temperature);
        row_sums[i] += e;
        if (j < batch) col_sums[j] += e;
      }
    }
    rows.resize(batch);
    cols.resize(batch);
    for (std::size_t i = 0; i < batch; ++i) {
      rows[i] = std::log(row_sums[i]) + 1 / temperature;
      cols[i] = std::log(col_sums[i]) + 1 / temperature;
    }
  }
  double total_weight() const {
    double sum = 0;
    for (const float weight : weights) sum += weight;
    return sum;
  }
  double loss() const {
    std::vector<double> rows, cols;
    log_sums(rows, cols);
    double sum = 0;
    for (std::size_t i = 0; i < batch; ++i) sum += weights[i] * (2 * logit(i, i) - rows[i] - cols[i]);
    return -sum / (2 * total_weight());
  }
  void gradients(std::vector<double>& dq, std::vector<double>& dd) const {
    std::vector<double> rows, cols;
    log_sums(rows, cols);
    dq.assign(batch * dim, 0);
    dd.assign(documents * dim, 0);
    for (std::size_t i = 0; i < batch; ++i) {
      for (std::size_t j = 0; j < documents; ++j) {
        if (masked(i, j)) continue;
        const double target = i == j ? 1 : 0;
        double g = weights[i] * (std::exp(logit(i, j) - rows[i]) - target);
        if (j < batch) g += weights[j] * (std::exp(logit(i, j) - cols[j]) - target);
        g /= 2 * total_weight() * temperature;
        for (std::size_t k = 0; k < dim; ++k) {
          dq[i * dim + k] += g * d[j * dim + k];
          dd[j * dim + k] += g * q[i * dim + k];
        }
      }
    }
  }
};

std::vector<double> unit_rows(std::size_t rows, std::size_t dim, std::mt19937& generator) {
  std::normal_distribution<double> normal;
  std::vector<double> values(rows * dim);
  for (std::size_t row = 0; row < rows; ++row) {
    double squares = 0;
    for (std::size_t k = 0; k < dim; ++k) {
      values[row * dim + k] = normal(generator);
      squares += values[row * dim + k] * values[row * dim + k];
    }
    // Rounded to float, so that both twins see the same numbers.
    for (std::size_t k = 0; k < dim; ++k) {
      values[row * dim + k] = static_cast<float>(values[row * dim + k] / std::sqrt(squares));
    }
  }
  return values;
}

Example example(std::size_t batch, std::size_t negatives, std::size_t dim, bool with_masks, unsigned seed) {
  std::mt19937 generator(seed);
  Example made{batch, batch + negatives, dim, {}, {}, {}, {}, {}, {}};
  made.q = unit_rows(batch, dim, generator);
  made.d = unit_rows(made.documents, dim, generator);
  const auto keys = static_cast<std::uint32_t>(batch);
  for (std::size_t i = 0; i < batch; ++i) {
    made.weights.push_back(static_cast<float>(generator() % 5) + 0.25f);
    made.query_keys.push_back(with_masks ? static_cast<std::int32_t>(generator() % keys) : -1);
  }
  for (std::size_t j = 0; j < made.documents; ++j) {
    made.document_keys.push_back(with_masks ? static_cast<std::int32_t>(generator() % (2 * keys)) - 1 : -1);
  }
  if (with_masks) {
    made.known.offsets.push_back(0);
    for (std::size_t query = 0; query < batch; ++query) {
      for (int i = 0; i < 3; ++i)
        made.known.document_keys.push_back(static_cast<std::int32_t>(generator() % (2 * keys)));
      made.known.offsets.push_back(static_cast<std::uint32_t>(made.known.document_keys.size()));
    }
  }
  return made;
}

struct Result {
  double loss;
  std::vector<float> dq, dd;
};

Result run(const Level& level, const Example& from) {
  const std::vector<float> q(from.q.begin(), from.q.end()), d(from.d.begin(), from.d.end());
  Result result{0, std::vector<float>(q.size()), std::vector<float>(d.size())};
  ContrastiveBatch batch;
  batch.queries = {q.data(), from.batch, from.dim};
  batch.documents = {d.data(), from.documents, from.dim};
  batch.weights = from.weights;
  batch.query_keys = from.query_keys;
  batch.document_keys = from.document_keys;
  batch.known_positives = &from.known;
  batch.temperature = static_cast<float>(from.temperature);
  ContrastiveLoss operation(level);
  result.loss = operation.run(batch, {result.dq.data(), from.batch, from.dim},
                              {result.dd.data(), from.documents, from.dim});
  return result;
}

double largest(const std::vector<double>& values) {
  double top = 0;
  for (const double value : values) top = std::max(top, std::abs(value));
  return top;
}

}  // namespace

TEST_CASE("exponentials err by at most four epsilons, and vanish where masked") {
  for (const Level& level : tested_levels()) {
    for (double x = -87.0; x <= 87.0; x += 0.0137) {
      const std::vector<float> logits(17, static_cast<float>(x)), maxima(17, 0.0f);
      std::vector<float> sums(17, 0.0f);
      level.contrastive.add_exponentials(logits.data(), maxima.data(), 17, sums.data());
      const double exact = std::exp(double(logits[0]));
      REQUIRE(std::abs(sums[0] - exact) <= 4 * FLT_EPSILON * exact);
      REQUIRE(sums[16] == sums[0]);
    }
    const float infinity = std::numeric_limits<float>::infinity();
    const std::vector<float> logits = {-infinity, -88.0f, -1e30f}, maxima = {-FLT_MAX, 0.0f, 5.0f};
    std::vector<float> sums(3, 0.0f);
    level.contrastive.add_exponentials(logits.data(), maxima.data(), 3, sums.data());
    CHECK(sums[0] == 0.0f);
    CHECK(sums[1] <= FLT_MIN);
    CHECK(sums[2] == 0.0f);
  }
}

TEST_CASE("a row's statistics do not depend on how it was cut") {
  std::mt19937 generator(1);
  std::uniform_real_distribution<float> uniform(-20.0f, 20.0f);
  for (const Level& level : tested_levels()) {
    for (const std::size_t cols : {1, 7, 8, 9, 16, 31, 33, 300}) {
      std::vector<float> logits(cols);
      for (float& value : logits) value = uniform(generator);
      const float top = *std::max_element(logits.begin(), logits.end());
      double exact = 0;
      for (const float value : logits) exact += std::exp(double(value) - top);
      for (const std::size_t cut : {std::size_t{0}, cols / 2, cols}) {
        float max = -FLT_MAX, sum = 0;
        level.contrastive.merge_row(logits.data(), cut, &max, &sum);
        level.contrastive.merge_row(logits.data() + cut, cols - cut, &max, &sum);
        CAPTURE(level.name);
        CAPTURE(cols);
        CHECK(max == top);
        // Each addend errs by 4 epsilons, and by as many more for the rounding of its argument
        // (|x| <= 40, times epsilon / 2); each addition by half of one, of at most the sum.
        CHECK(std::abs(sum - exact) <= (30 + double(cols) / 2) * FLT_EPSILON * exact);
      }
    }
  }
}

TEST_CASE("the definition's gradients are the slopes of its loss") {
  Example at = example(7, 3, 5, true, 3);
  at.temperature = 0.5;
  std::vector<double> dq, dd;
  at.gradients(dq, dd);
  const auto check = [&](std::vector<double>& values, const std::vector<double>& gradients) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double before = values[i], h = 1e-5 * std::max(1.0, std::abs(before));
      values[i] = before + h;
      const double above = at.loss();
      values[i] = before - h;
      const double below = at.loss();
      values[i] = before;
      CHECK(std::abs((above - below) / (2 * h) - gradients[i]) <= 1e-6 * std::max(1.0, largest(gradients)));
    }
  };
  check(at.q, dq);
  check(at.d, dd);
}

// A logit errs by at most dim epsilons / temperature (Higham 2002, eq. 3.5, of vectors of unit length), so a
// probability by that share of itself, twice, for its own and for the sum's; a gradient is a sum over
// probabilities.
TEST_CASE("every level agrees with the definition, masks and negatives and all sizes included") {
  for (const Level& level : tested_levels()) {
    for (const bool with_masks : {false, true}) {
      for (const auto& [batch, negatives, dim] : std::vector<std::array<std::size_t, 3>>{
               {1, 0, 4}, {2, 1, 8}, {33, 0, 16}, {130, 0, 24}, {129, 140, 8}, {300, 30, 32}}) {
        const Example from = example(batch, negatives, dim, with_masks, 5);
        const Result got = run(level, from);
        std::vector<double> dq, dd;
        from.gradients(dq, dd);
        const double logit_error = double(dim + 4) * FLT_EPSILON / from.temperature;
        CAPTURE(level.name);
        CAPTURE(batch);
        CAPTURE(with_masks);
        CHECK(std::abs(got.loss - from.loss()) <= 2 * logit_error + 32 * FLT_EPSILON);
        // Every row of gradients is a mix, by at most 2 w / (2 Z t), of unit vectors.
        const double bound =
            4 * (logit_error + 64 * FLT_EPSILON) *
            (*std::max_element(from.weights.begin(), from.weights.end()) * double(batch > 1 ? 4 : 1)) /
            (from.total_weight() * from.temperature);
        for (std::size_t i = 0; i < dq.size(); ++i) REQUIRE(std::abs(got.dq[i] - dq[i]) <= bound);
        for (std::size_t i = 0; i < dd.size(); ++i) REQUIRE(std::abs(got.dd[i] - dd[i]) <= bound);
      }
    }
  }
}

TEST_CASE("weights of one are the CLIP loss, and their scale does not matter") {
  Example from = example(20, 0, 8, false, 7);
  from.weights.assign(20, 1.0f);
  double clip = 0;
  for (std::size_t i = 0; i < 20; ++i) {
    double row = 0, column = 0;
    for (std::size_t j = 0; j < 20; ++j) {
      row += std::exp(from.logit(i, j));
      column += std::exp(from.logit(j, i));
    }
    clip += (std::log(row) - from.logit(i, i) + std::log(column) - from.logit(i, i)) / 40;
  }
  const Result one = run(active_level(), from);
  CHECK(one.loss == doctest::Approx(clip).epsilon(1e-5));
  from.weights.assign(20, 8.0f);
  const Result eight = run(active_level(), from);
  CHECK(eight.loss == one.loss);
  CHECK(eight.dq == one.dq);
}

TEST_CASE("at a small temperature nothing overflows") {
  Example from = example(40, 0, 8, false, 8);
  from.temperature = 0.005;
  for (const Level& level : tested_levels()) {
    const Result got = run(level, from);
    CHECK(got.loss == doctest::Approx(from.loss()).epsilon(1e-4));
  }
}

TEST_CASE("a batch whose weights are all zero has loss and gradients zero") {
  Example from = example(5, 1, 4, false, 9);
  from.weights.assign(5, 0.0f);
  const Result got = run(active_level(), from);
  CHECK(got.loss == 0);
  CHECK(got.dq == std::vector<float>(20, 0.0f));
  CHECK(got.dd == std::vector<float>(24, 0.0f));
}

TEST_CASE("what is not a number is not hidden") {
  Example from = example(5, 0, 4, false, 9);
  from.q[3] = std::numeric_limits<double>::quiet_NaN();
  for (const Level& level : tested_levels()) CHECK(std::isnan(run(level, from).loss));
}
