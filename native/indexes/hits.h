// What a search answers.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "indexes/top_k.h"

namespace attune {

// The best rows of each query, [queries, k]. Scores never rise within a query, and equal ones come in the
// order of their rows. Where fewer than k rows may answer, the rest is row -1 with score -infinity.
struct Hits {
  std::vector<std::int32_t> rows;
  std::vector<float> scores;

  void put(std::size_t query, std::size_t k, const std::vector<Candidate>& best) {
    std::size_t out = query * k;
    for (const Candidate& candidate : best) {
      rows[out] = static_cast<std::int32_t>(candidate.row);
      scores[out++] = candidate.score;
    }
  }
};

inline Hits no_hits(std::size_t queries, std::size_t k) {
  return {std::vector<std::int32_t>(queries * k, -1),
          std::vector<float>(queries * k, -std::numeric_limits<float>::infinity())};
}

}  // namespace attune
