// Matrix products against double arithmetic, at every level this CPU runs, at sizes around the width of a tile.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "runtime/matmul.h"

#include <cfloat>
#include <cmath>
#include <doctest/doctest.h>
#include <random>
#include <vector>

using namespace attune;

namespace {

std::vector<float> random_values(std::size_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  std::vector<float> values(count);
  for (float& value : values) value = uniform(generator);
  return values;
}

enum class Layout { nt, nn, tn };

// Every element of a product of m x k by k x n, against the same sum in double. Summing k products errs by at most
// about k/2 float epsilons of the sum of their magnitudes (Higham 2002, eq. 3.5); the bound is twice that.
void check_product(const Level& level, Layout layout, std::size_t m, std::size_t n, std::size_t k, Product product) {
  const std::vector<float> a = random_values(m * k, 1), b = random_values(n * k, 2), before = random_values(m * n, 3);
  std::vector<float> c = before;
  const Matrix out(c.data(), m, n);
  if (layout == Layout::nt) multiply_nt(level, {a.data(), m, k}, {b.data(), n, k}, out, product);
  if (layout == Layout::nn) multiply_nn(level, {a.data(), m, k}, {b.data(), k, n}, out, product);
  if (layout == Layout::tn) multiply_tn(level, {a.data(), k, m}, {b.data(), k, n}, out, product);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      double exact = product == Product::accumulate ? before[i * n + j] : 0.0;
      double magnitude = std::abs(exact);
      for (std::size_t p = 0; p < k; ++p) {
        const double left = layout == Layout::tn ? a[p * m + i] : a[i * k + p];
        const double right = layout == Layout::nt ? b[j * k + p] : b[p * n + j];
        exact += left * right;
        magnitude += std::abs(left * right);
      }
      CAPTURE(level.name);
      CAPTURE(m);
      CAPTURE(n);
      CAPTURE(k);
      CHECK(std::abs(c[i * n + j] - exact) <= double(k + 1) * FLT_EPSILON * magnitude);
    }
  }
}

}  // namespace

TEST_CASE("every level agrees with exact arithmetic, whatever the sizes") {
  for (const Level& level : supported_levels()) {
    for (const Layout layout : {Layout::nt, Layout::nn, Layout::tn}) {
      for (const Product product : {Product::replace, Product::accumulate}) {
        for (const std::size_t m : {1, 5, 12, 13}) {
          for (const std::size_t n : {1, 16, 31, 33}) {
            for (const std::size_t k : {0, 1, 7, 64}) check_product(level, layout, m, n, k, product);
          }
        }
        check_product(level, layout, 14, 530, 520, product);  // beyond one block of columns and of depth
      }
    }
  }
}
