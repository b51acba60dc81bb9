// Products in bfloat16 on one thread: both operands are rounded, and products are summed in float32.
//
// As in matmul.h, a row of a result is the same, bit for bit, whatever rows stand beside it. Against a product in
// float32 an element errs by at most about 2^-7 of the sum of its magnitudes: each operand is rounded by at most 2^-8.
#pragma once
#include "attune/matrix.h"
#include "linear/matmul.h"
#include "linear/packed_bf16.h"
#include "runtime/levels.h"

namespace attune {

// c[m, n] = a[m, k] · b[n, k]ᵀ + bias      bias has n numbers, or is null for none
void multiply_packed(ConstMatrix a, const PackedBf16& b, const float* bias, Matrix c);

// c[m, n] = or += a[k, m]ᵀ · b[k, n]       gradients of weights, k tokens
//
// The sum over k is that of one chunk after the other, of 512 from the first on, so that the numbers depend on
// a, b and c alone. column_sums[m] += the sums of a's columns, for which it is at hand then; null for none.
void multiply_tn_bf16(const Level& level, ConstMatrix a, ConstMatrix b, Matrix c, Product product,
                      float* column_sums);

}  // namespace attune
