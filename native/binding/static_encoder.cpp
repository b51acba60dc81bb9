// class StaticEncoder {
//   constructor(table: Float32Array, dim: number, head: NativeHead, sharedAs?: string); dim; encode(...)
// }
#include "encoder/static_encoder.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "addon.h"
#include "arguments.h"
#include "encode_work.h"
#include "promise_worker.h"
#include "shared_encoders.h"

namespace attune::binding {
namespace {

class StaticEncoderClass final : public Napi::ObjectWrap<StaticEncoderClass> {
 public:
  explicit StaticEncoderClass(const Napi::CallbackInfo& info) : Napi::ObjectWrap<StaticEncoderClass>(info) {
    guarded(info, [&]() -> Napi::Value {
      const std::size_t dim = positive_integer(info, 1, "dim");
      encoder_ = shared_encoder(optional_text(info, 3, "sharedAs"), [&] {
        const HeadArgument head = head_argument(info, 2, "head");
        std::vector<float> table = float32_array(info, 0, "table");
        counted_bytes_ = static_cast<std::int64_t>(sizeof(float) * table.size());
        return std::make_shared<const StaticEncoder>(active_level(), std::move(table), dim, head.dense,
                                                     head.normalize);
      });
      // JavaScript sees a small object, and would keep many of them; this tells it what they hold.
      Napi::MemoryManagement::AdjustExternalMemory(info.Env(), counted_bytes_);
      return info.Env().Undefined();
    });
  }

  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "StaticEncoder",
                       {InstanceAccessor<&StaticEncoderClass::dim>("dim"),
                        InstanceMethod<&StaticEncoderClass::encode>("encode")});
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

void init_static_encoder(Napi::Env env, Napi::Object exports) {
  exports.Set("StaticEncoder", StaticEncoderClass::define(env));
}

}  // namespace attune::binding
