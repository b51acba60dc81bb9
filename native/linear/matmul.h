// Matrix products on one thread, from packed tiles. Callers split the work into blocks and give each to a
// thread; a block's result does not depend on which thread ran it. Within a level, a row of the result
// depends on that row of the left operand and on the right operand alone: it is the same, bit for bit,
// whatever rows stand beside it.
#pragma once
#include "attune/matrix.h"
#include "linear/packed_matrix.h"
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

// c[m, n] = a[m, k] · b[n, k]ᵀ + bias      with b packed before; bias has n numbers, or is null for none
void multiply_packed(ConstMatrix a, const PackedMatrix& b, const float* bias, Matrix c);

}  // namespace attune
