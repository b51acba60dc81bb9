// class StaticEncoder { constructor(table: Float32Array, dim: number, head: NativeHead); dim; encode(...) }
#include "encoder/static_encoder.h"

#include "addon.h"
#include "arguments.h"
#include "encode_work.h"
#include "promise_worker.h"

namespace attune::binding {
namespace {

class StaticEncoderClass final : public Napi::ObjectWrap<StaticEncoderClass> {
 public:
  explicit StaticEncoderClass(const Napi::CallbackInfo& info) : Napi::ObjectWrap<StaticEncoderClass>(info) {
    guarded(info, [&]() -> Napi::Value {
      const std::size_t dim = positive_integer(info, 1, "dim");
      const HeadArgument head = head_argument(info, 2, "head");
      encoder_ = std::make_shared<StaticEncoder>(active_level(), float32_array(info, 0, "table"), dim,
                                                 head.dense, head.normalize);
      return info.Env().Undefined();
    });
  }

  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "StaticEncoder",
                       {InstanceAccessor<&StaticEncoderClass::dim>("dim"),
                        InstanceMethod<&StaticEncoderClass::encode>("encode")});
  }

 private:
  Napi::Value dim(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(encoder_->dim()));
  }
  Napi::Value encode(const Napi::CallbackInfo& info) { return start_encode(info, encoder_); }

  std::shared_ptr<const StaticEncoder> encoder_;
};

}  // namespace

void init_static_encoder(Napi::Env env, Napi::Object exports) {
  exports.Set("StaticEncoder", StaticEncoderClass::define(env));
}

}  // namespace attune::binding
