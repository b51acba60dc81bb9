// class TransformerTrainer: a whole transformer under training.
#include "addon.h"
#include "promise_worker.h"
#include "properties.h"
#include "runtime/levels.h"
#include "train/trainable_transformer.h"
#include "trainer.h"
#include "transformer_arguments.h"

namespace attune::binding {
namespace {

// AdamSettings & { maxGradientNorm: number, chunkTokens: number, precision: 'f32' | 'bf16' }
TransformerTraining training_argument(const Napi::CallbackInfo& info, std::size_t position) {
  const Napi::Object object = object_argument(info, position, "training");
  TransformerTraining training;
  training.adam = adam_options(object);
  training.max_gradient_norm = static_cast<float>(number_property(object, "maxGradientNorm"));
  const double chunk = number_property(object, "chunkTokens");
  if (chunk < 1 || chunk > 1e9 || chunk != std::floor(chunk))
    refuse("chunkTokens", "a whole number from 1 on");
  training.chunk_tokens = static_cast<std::size_t>(chunk);
  const Napi::Value precision = object.Get("precision");
  const std::string name = precision.IsString() ? precision.As<Napi::String>().Utf8Value() : "";
  if (name != "f32" && name != "bf16") refuse("precision", "'f32' or 'bf16'");
  training.precision = name == "f32" ? Precision::f32 : Precision::bf16;
  return training;
}

// new TransformerTrainer(config: TransformerConfig, tensors: Record<string, Float32Array>, pooling: Pooling,
//                        texts: TokenArrays, training: TransformerTrainingSettings)
class TransformerTrainer final : public Trainer<TransformerTrainer> {
 public:
  explicit TransformerTrainer(const Napi::CallbackInfo& info) : Trainer(info) {
    guarded(info, [&]() -> Napi::Value {
      const TransformerConfig config = config_argument(info, 0);
      const Pooling pooling = pooling_argument(info, 2);
      const Napi::Object texts = object_argument(info, 3, "texts");
      TokenizedTexts tokenized = {int32_property(texts, "ids"), uint32_property(texts, "offsets")};
      const std::size_t text_bytes = sizeof(std::int32_t) * tokenized.ids.size();
      const TransformerTraining training = training_argument(info, 4);
      hold(info.Env(),
           std::make_unique<TrainableTransformer>(active_level(), config, tensors_argument(info, 1), pooling,
                                                  std::move(tokenized), training),
           text_bytes);
      return info.Env().Undefined();
    });
  }
};

}  // namespace

void init_transformer_trainer(Napi::Env env, Napi::Object exports) {
  exports.Set("TransformerTrainer", TransformerTrainer::define(env, "TransformerTrainer"));
}

}  // namespace attune::binding
