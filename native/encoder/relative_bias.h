// What attention adds for the distance of two tokens (Raffel et al. 2020, https://arxiv.org/abs/1910.10683, section 2.1; MPNet, Song
// et al. 2020, https://arxiv.org/abs/2004.09297): one number for each head and class of distance, the same in all layers.
#pragma once
#include <vector>

#include "attune/matrix.h"
#include "encoder/transformer_config.h"

namespace attune {

inline constexpr const char* kRelativeBiasName = "encoder.relative_attention_bias.weight";

// The class of a key that stands `distance` tokens behind the query. Half of the classes are for each direction; in each, half for single
// steps, and the others for spans that grow by a factor, up to 128 and beyond.
std::size_t relative_bucket(std::ptrdiff_t distance, std::size_t buckets);

class RelativeBias {
 public:
  // table: [config.relative_buckets, heads], or null where the model has none.
  RelativeBias(const TransformerConfig& config, const float* table);

  // Takes the numbers anew, for weights under training.
  void replace(const float* table);

  // scores += bias / scale, for one head of one text, before a softmax of scale * scores.
  void add(std::size_t head, float scale, Matrix scores) const;

  // table_gradients [buckets, heads] += what `gradients`, of the scores, say of them.
  void add_gradients(std::size_t head, float scale, ConstMatrix gradients, float* table_gradients) const;

 private:
  std::size_t heads_ = 0, tokens_ = 0;  // 0 heads where the model has none
  std::vector<std::size_t> buckets_;    // [2 * tokens - 1]: of each distance, from 1 - tokens on
  std::vector<float> by_distance_;      // [heads, 2 * tokens - 1]
};

}  // namespace attune
