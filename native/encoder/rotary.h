// Positions as rotations (Su et al. 2021, https://arxiv.org/abs/2104.09864): the product of a query and a key depends on how far they stand
// from each other, not on where.
#pragma once
#include <vector>

#include "attune/matrix.h"

namespace attune {

class RotaryPositions {
 public:
  // head_dim: even.
  RotaryPositions(std::size_t max_tokens, std::size_t head_dim, double theta);

  // qkv: [tokens, 3 * dim] of one text. In each head of its queries and keys, with the angle a = t / theta^(2 i / head_dim) of token t,
  //
  //   x[i], x[i + head_dim / 2]  ->  x[i] cos a - x[i + head_dim / 2] sin a,   x[i + head_dim / 2] cos a + x[i] sin a
  void rotate(Matrix qkv) const;

 private:
  std::size_t head_dim_;
  std::vector<float> cosines_, sines_;  // [max_tokens, head_dim / 2]
};

}  // namespace attune
