// A transformer under training, whole: every weight of its embeddings and layers.
#pragma once
#include <vector>

#include "encoder/pooling.h"
#include "encoder/trainable_layer.h"
#include "train/dense_adamw.h"
#include "train/lazy_adamw.h"
#include "train/token_groups.h"
#include "train/trainable_encoder.h"

namespace attune {

struct TransformerTraining {
  AdamOptions adam;  // its decay leaves biases and norms alone
  float max_gradient_norm =
      1.0f;  // longer gradients, of all weights together, are shortened to this; 0: never
  std::size_t chunk_tokens = 4096;
  Precision precision =
      Precision::f32;  // of the layers' products, f32 or bf16; weights and everything else are in float32
};

// Texts are packed one after the other, without padding. A batch of more than chunk_tokens tokens goes through in chunks: once
// for its vectors, and, chunk by chunk, once more for the gradients (Gao et al. 2021, https://arxiv.org/abs/2101.06983), so that
// memory does not grow with the batch. The gradients differ by the rounding of the sum over chunks alone.
//
//   memory of a chunk, bytes    4 * chunk_tokens * (layers * (8 * hidden + intermediate) + 8 * hidden + 2 * intermediate)
//
// Blocks and the order of every sum follow from texts and sizes: any number of threads gives the same bits.
class TrainableTransformer final : public TrainableEncoder {
 public:
  // tensors as TransformerEncoder takes them. Throws Error BUNDLE_INVALID, SHAPE_MISMATCH as check_tokens does, and
  // INVALID_ARGUMENT when a text has more than config.max_tokens() tokens or options are out of range.
  TrainableTransformer(const Level& level, const TransformerConfig& config, const Tensors& tensors,
                       Pooling pooling, TokenizedTexts texts, const TransformerTraining& options);

  std::size_t dim() const override { return config_.hidden_size; }
  std::size_t text_count() const override { return texts_.count(); }
  void encode(std::span<const std::uint32_t> texts, Matrix unit) override;
  // Throws Error TRAINING_DIVERGED when the gradients are not finite; the weights are then as they were.
  void learn(ConstMatrix unit, Matrix gradients, float learning_rate) override;

  // The word table first, then the others.
  std::vector<Parameter> parameters() const override;
  TrainingState state() override;
  void restore(TrainingState state) override;

 private:
  // Whole texts of the batch, in rows of the chunk's matrices.
  struct Block {
    std::size_t first_text, texts;  // in the batch
    std::size_t row;                // of the first token, in the chunk
    std::vector<std::size_t> starts;
  };
  struct Chunk {
    std::size_t first_text = 0, texts = 0, first_token = 0, tokens = 0;
    std::size_t first_block = 0, blocks = 0;
  };
  // Where the tensors that no layer has lie among the dense weights.
  struct SharedPlaces {
    std::size_t positions, types, norm, bias;  // bias: the table of RelativeBias
  };

  void plan(std::span<const std::uint32_t> texts);
  void make_room(std::size_t tokens);
  void pack();
  void forward(const Chunk& chunk);
  void embed(const Block& block);
  void pool_block(const Block& block, Matrix out) const;
  void backward(const Chunk& chunk, ConstMatrix text_gradients);
  void add_embedding_gradients(const Chunk& chunk);
  ConstMatrix layer_input(std::size_t number) const;
  LayerGradients layer_gradients(std::size_t number);
  void clear_sums();

  const Level& level_;
  const TransformerConfig config_;
  const Pooling pooling_;
  const TokenizedTexts texts_;
  const TransformerTraining options_;
  std::vector<TensorShape> shapes_;  // of the dense weights, in their order
  std::vector<std::size_t> layer_offsets_;
  SharedPlaces places_;
  LazyAdamW words_;
  DenseAdamW dense_;
  RelativeBias bias_;
  std::vector<TrainableLayer> layers_;

  // Of the last encode:
  std::vector<std::uint32_t> batch_;
  std::vector<Block> blocks_;
  std::vector<Chunk> chunks_;
  std::vector<float> scales_;  // [texts]: 1 / |pooled|, 0 for nothing
  TokenGroups groups_;

  // Of one chunk:
  AlignedBuffer<float> memory_;
  std::size_t room_ = 0;  // tokens
  Matrix embedding_sum_, embedded_, gradient_;
  std::vector<LayerActivations> kept_;
  LayerBackflow back_;
  std::vector<float>
      block_sums_;  // [blocks, 4 * hidden + buckets * heads], or [blocks, 2 * hidden] for the embeddings

  std::vector<float> word_gradients_;   // [distinct tokens of the batch, hidden]
  std::vector<std::size_t> word_next_;  // of each, how many of its places have been added
};

}  // namespace attune
