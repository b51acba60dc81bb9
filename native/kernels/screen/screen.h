// Inner products of 8-bit codes, and the comparison of what they promise: how a search passes over nearly
// every row without reading its numbers.
#pragma once
#include <cstddef>
#include <cstdint>

namespace attune::kernels {

// Codes of some queries against those of a panel of `width` rows. Four dims lie side by side, a group; dims
// that do not fill the last group are code 0. A row's code c is stored as c + 128, a query's as it is.
struct ScreenTile {
  const std::int8_t* queries;  // [groups, count, 4]
  const std::int32_t* starts;  // [count]: -128 * the sum of the query's codes
  std::size_t count;           // 1 to tile_queries
  const std::uint8_t* panel;   // [groups, width, 4]
  std::size_t groups;
  std::int32_t* products;  // [count, width]
};

// A vector v and its codes c: v is about scale * c.
struct ScreenRows {
  const float* scales;  // [width]
  const float* norms;   // [width], the length of scale * c, rounded up by a part in 2^19 at most
  const float* radii;   // [width], at least |v - scale * c|
};

// The same of one vector.
struct ScreenBounds {
  float scale, norm, radius;
};

// What is missing to 1 covers how far a square of norms is rounded up, and the rounding of few operations.
constexpr float kNearlyAll = 1.0f - 0x1p-17f;

struct ScreenKernels {
  const char* name;
  std::size_t tile_queries;
  std::size_t width;  // rows of a panel; at most 64

  //   products[r * width + j]  =  the inner product of the codes of query r and row j
  //
  // exactly, and so the same at every level.
  void (*products)(const ScreenTile& tile) noexcept;

  // Bit j is clear when the inner product with row j is surely below the threshold: when
  //
  //   query.scale * rows.scales[j] * products[j]
  //     + query.radius * rows.norms[j] + query.norm * rows.radii[j]  <  threshold
  std::uint64_t (*may_reach)(const std::int32_t* products, const ScreenRows& rows, const ScreenBounds& query,
                             float threshold) noexcept;

  // Bit j is clear when the codes of row j are surely farther than reach + rows.radii[j] from the query's:
  // with n the sum of both norms' squares, when
  //
  //   kNearlyAll * n - 2 * query.scale * rows.scales[j] * products[j]  >  (reach + rows.radii[j])^2
  std::uint64_t (*may_be_within)(const std::int32_t* products, const ScreenRows& rows,
                                 const ScreenBounds& query, float reach) noexcept;
};

extern const ScreenKernels screen_scalar;
extern const ScreenKernels screen_avx2;
extern const ScreenKernels screen_avx512_vnni;

}  // namespace attune::kernels
