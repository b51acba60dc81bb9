// One layer of a BERT encoder, forward (Devlin et al. 2018, https://arxiv.org/abs/1810.04805;
// normalisation after the sum).
#pragma once
#include <vector>

#include "encoder/tensors.h"
#include "encoder/token_block.h"
#include "linear/packed_matrix.h"

namespace attune {

// The tensors' names begin with 'encoder.layer.<number>.'.
class TransformerLayer {
 public:
  TransformerLayer(const Level& level, const TransformerConfig& config, const Tensors& tensors,
                   std::size_t number);

  // Replaces block.hidden by the layer's output. A row depends on the rows of its own text alone. The block's
  // other matrices hold the intermediate results afterwards.
  void forward(TokenBlock& block) const;

 private:
  // y = weight · x + bias
  struct Linear {
    PackedMatrix weight;  // [out, in]
    std::vector<float> bias;
  };
  struct Norm {
    std::vector<float> gain, bias;
  };

  void attend(TokenBlock& block) const;  // qkv to context, text by text and head by head
  void add_and_normalize(Matrix values, ConstMatrix residual, const Norm& norm) const;

  const Level& level_;
  std::size_t heads_;
  float eps_;
  Activation activation_;
  Linear qkv_, attention_output_, up_, down_;
  Norm attention_norm_, output_norm_;
};

}  // namespace attune
