// An encoder of BERT's kind, or of ModernBERT's: embeddings, layers, pooling, head.
#pragma once
#include <memory>

#include "encoder/encoder.h"
#include "encoder/encoder_layer.h"
#include "encoder/head.h"
#include "encoder/pooling.h"
#include "encoder/token_embeddings.h"

namespace attune {

class TransformerEncoder final : public Encoder {
 public:
  // tensors: by Hugging Face's names, of BERT without the leading 'bert.', of ModernBERT without 'model.'; others are ignored. Throws Error
  // BUNDLE_INVALID, with the name, when one is missing or does not fit the config. The precision is that of the
  // layers' products; embeddings and head are in float32.
  TransformerEncoder(const Level& level, const TransformerConfig& config, const Tensors& tensors,
                     Pooling pooling, const std::vector<DenseLayer>& dense, bool normalize,
                     Precision precision = Precision::f32);

  std::size_t dim() const noexcept override { return head_.dim(); }

  // A text may have config.max_tokens() tokens.
  // No tokens are pooled to the zero vector, which passes the head.
  std::vector<float> encode(const Texts& texts, Progress& progress) const override;

 private:
  const Level& level_;
  const TransformerConfig config_;
  TokenEmbeddings embeddings_;
  std::vector<std::unique_ptr<const EncoderLayer>> layers_;
  std::vector<float> final_gain_, final_bias_;  // of a norm behind the last layer; empty for none
  Pooling pooling_;
  Head head_;
};

}  // namespace attune
