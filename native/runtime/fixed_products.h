// A product of fixed numbers at the start: does a level multiply as its definition says, on this very CPU?
#pragma once
#include "kernels/gemm_bf16/gemm_bf16.h"
#include "kernels/gemm_int8/gemm_int8.h"

namespace attune {

// bfloat16: rounding is the definition's to the bit, and each element is within 2 * depth * 2^-23 of the sum of
// its magnitudes, twice what any order of summing may err. Codes: every bit is the definition's.
bool agrees_with_definition(const kernels::GemmBf16Kernels& kernels);
bool agrees_with_definition(const kernels::GemmInt8Kernels& kernels);

}  // namespace attune
