// The sums of a matrix's columns: the gradient of a bias.
#pragma once
#include "attune/matrix.h"

namespace attune {

// sums[j] += the sum of column j, four rows at a time and in order. Parts of a multiple of four rows, one after the
// other, give the same bits as all at once.
void add_column_sums(ConstMatrix matrix, float* sums);

}  // namespace attune
