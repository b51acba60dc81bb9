// class TransformerEncoder {
//   constructor(config: TransformerConfig, tensors: Record<string, Float32Array>, pooling: Pooling, head:
//   NativeHead, precision: Precision, sharedAs?: string); dim; encode(...)
// }
#include "encoder/transformer_encoder.h"

#include "addon.h"
#include "arguments.h"
#include "encode_work.h"
#include "promise_worker.h"
#include "shared_encoders.h"
#include "transformer_arguments.h"

namespace attune::binding {
namespace {

Precision precision_argument(const Napi::CallbackInfo& info, std::size_t position) {
  const std::string name = text(info, position, "precision");
  if (name == "f32") return Precision::f32;
  if (name == "bf16") return Precision::bf16;
  if (name == "int8") return Precision::int8;
  refuse("precision", "'f32', 'bf16' or 'int8', but received '" + name + "'");
}

class TransformerEncoderClass final : public Napi::ObjectWrap<TransformerEncoderClass> {
 public:
  explicit TransformerEncoderClass(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<TransformerEncoderClass>(info) {
    guarded(info, [&]() -> Napi::Value {
      encoder_ = shared_encoder(optional_text(info, 5, "sharedAs"), [&] {
        const TransformerConfig config = config_argument(info, 0);
        const Pooling pooling = pooling_argument(info, 2);
        const HeadArgument head = head_argument(info, 3, "head");
        const Precision precision = precision_argument(info, 4);
        const Tensors tensors = tensors_argument(info, 1);
        for (const auto& [name, values] : tensors)
          counted_bytes_ += static_cast<std::int64_t>(sizeof(float) * values.size());
        return std::make_shared<const TransformerEncoder>(active_level(), config, tensors, pooling,
                                                          head.dense, head.normalize, precision);
      });
      // JavaScript sees a small object, and would keep many of them; this tells it what they hold.
      Napi::MemoryManagement::AdjustExternalMemory(info.Env(), counted_bytes_);
      return info.Env().Undefined();
    });
  }

  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "TransformerEncoder",
                       {InstanceAccessor<&TransformerEncoderClass::dim>("dim"),
                        InstanceMethod<&TransformerEncoderClass::encode>("encode")});
  }

  // The garbage collector's thread of JavaScript: what it frees is no longer counted.
  void Finalize(Napi::BasicEnv env) override {
    Napi::MemoryManagement::AdjustExternalMemory(env, -counted_bytes_);
  }

 private:
  Napi::Value dim(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(encoder_->dim()));
  }
  Napi::Value encode(const Napi::CallbackInfo& info) { return start_encode(info, encoder_); }

  std::shared_ptr<const Encoder> encoder_;
  std::int64_t counted_bytes_ = 0;
};

}  // namespace

void init_transformer_encoder(Napi::Env env, Napi::Object exports) {
  exports.Set("TransformerEncoder", TransformerEncoderClass::define(env));
}

}  // namespace attune::binding
