// What a metric does to the vectors that are added and asked, before any of them is compared.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace attune {

// The numbers stand in files.
enum class Metric : std::uint32_t {
  cosine = 0,         // score = inner product of the vectors scaled to length 1; of zero vectors 0
  inner_product = 1,  // score = inner product
  l2 = 2,             // score = -(squared distance)
};

// The metric of the name `cosine`, `innerProduct` or `l2`. Throws Error INVALID_ARGUMENT for any other.
Metric metric_of_name(const std::string& name);
const char* name_of_metric(Metric metric);

// Copies a vector as the metric compares it. False when its scores might not be finite: when it holds NaN or
// infinity, or when, unscaled, it is longer than 9.2e18: products of two such vectors may exceed float32.
bool prepare_vector(Metric metric, const float* vector, std::size_t dim, float* prepared);

// The same check, for a vector that was prepared before.
bool is_prepared(Metric metric, const float* prepared, std::size_t dim);

// Throws the Error NOT_FINITE that says why prepare_vector refused row `row` of `name`.
[[noreturn]] void refuse_vector(const char* name, std::size_t row, const float* vector, std::size_t dim);

}  // namespace attune
