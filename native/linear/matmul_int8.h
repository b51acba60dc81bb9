// Products of 8-bit codes on one thread: each row of the left operand is quantized by itself, sums are exact.
//
// A result has the same bits at every level, and a row of it depends on that row of the left operand and on the
// right operand alone. A row of the left operand that holds NaN or infinity gives NaN.
#pragma once
#include "attune/matrix.h"
#include "linear/packed_int8.h"

namespace attune {

// c[m, n] = a[m, k] · b[n, k]ᵀ + bias      bias has n numbers, or is null for none
void multiply_packed(ConstMatrix a, const PackedInt8& b, const float* bias, Matrix c);

}  // namespace attune
