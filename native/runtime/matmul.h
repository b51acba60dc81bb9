// Matrix products on one thread, from packed tiles. Callers split the work into blocks and give each to a thread;
// a block's result does not depend on which thread ran it.
#pragma once
#include "attune/matrix.h"
#include "runtime/levels.h"

namespace attune {

enum class Product {
  replace,     // c  = a product
  accumulate,  // c += a product
};

// c[m, n] = a[m, k] · b[n, k]ᵀ      rows of a against rows of b: scores, and layers with weights [out, in]
void multiply_nt(const Level& level, ConstMatrix a, ConstMatrix b, Matrix c, Product product);

// c[m, n] = a[m, k] · b[k, n]
void multiply_nn(const Level& level, ConstMatrix a, ConstMatrix b, Matrix c, Product product);

// c[m, n] = a[k, m]ᵀ · b[k, n]      gradients of weights
void multiply_tn(const Level& level, ConstMatrix a, ConstMatrix b, Matrix c, Product product);

}  // namespace attune
