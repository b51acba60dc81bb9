// From the vectors of a text's tokens to one vector.
#pragma once
#include "attune/matrix.h"

namespace attune {

enum class Pooling {
  mean,           // the mean over all tokens, [CLS] and [SEP] included
  cls,            // the first token's
  max,            // the greatest number of each dimension
  lasttoken,      // the last token's
  mean_sqrt_len,  // the sum over all tokens, divided by the square root of their number
};

// out: tokens.cols numbers. No tokens give zeros.
void pool(Pooling pooling, ConstMatrix tokens, float* out);

// d loss / d tokens, from the gradient for what pool gave for them. Of several tokens with the greatest number the first one has it.
void pool_backward(Pooling pooling, ConstMatrix tokens, const float* gradient, Matrix token_gradients);

}  // namespace attune
