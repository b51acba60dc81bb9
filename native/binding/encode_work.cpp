#include "encode_work.h"

#include <string>

#include "arguments.h"
#include "promise_worker.h"

namespace attune::binding {
namespace {

Activation activation_of(const std::string& name, const std::string& where) {
  if (name == "identity") return Activation::identity;
  if (name == "tanh") return Activation::tanh;
  if (name == "gelu") return Activation::gelu;
  if (name == "relu") return Activation::relu;
  refuse(where.c_str(), "'identity', 'tanh', 'gelu' or 'relu', but received '" + name + "'");
}

std::vector<float> float32_values(Napi::Value value, const std::string& where) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array) {
    refuse(where.c_str(), "a Float32Array");
  }
  const auto array = value.As<Napi::Float32Array>();
  return {array.Data(), array.Data() + array.ElementLength()};
}

std::size_t feature_count(Napi::Value value, const std::string& where) {
  const double count = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : 0.0;
  if (!(count >= 1.0 && count <= 1e6) || count != std::floor(count)) {
    refuse(where.c_str(), "a whole number from 1 to 1000000");
  }
  return static_cast<std::size_t>(count);
}

DenseLayer dense_layer(Napi::Value value, const std::string& where) {
  if (!value.IsObject()) refuse(where.c_str(), "an object");
  const Napi::Object object = value.As<Napi::Object>();
  DenseLayer layer;
  layer.weight = float32_values(object.Get("weight"), where + ".weight");
  const Napi::Value bias = object.Get("bias");
  if (!bias.IsUndefined()) layer.bias = float32_values(bias, where + ".bias");
  layer.in_features = feature_count(object.Get("inFeatures"), where + ".inFeatures");
  layer.out_features = feature_count(object.Get("outFeatures"), where + ".outFeatures");
  const Napi::Value activation = object.Get("activation");
  if (!activation.IsString()) refuse((where + ".activation").c_str(), "a string");
  layer.activation = activation_of(activation.As<Napi::String>().Utf8Value(), where + ".activation");
  const Napi::Value residual = object.Get("residual");
  if (!residual.IsBoolean()) refuse((where + ".residual").c_str(), "true or false");
  layer.residual = residual.As<Napi::Boolean>().Value();
  return layer;
}

class EncodeWork final : public Work {
 public:
  EncodeWork(const Napi::CallbackInfo& info, std::shared_ptr<const Encoder> encoder)
      : encoder_(std::move(encoder)),
        ids_(int32_array(info, 0, "ids")),
        offsets_(uint32_array(info, 1, "offsets")) {}

  void run(Progress& progress) override { vectors_ = encoder_->encode({ids_, offsets_}, progress); }
  Napi::Value result(Napi::Env env) override { return to_float32_array(env, vectors_); }

 private:
  const std::shared_ptr<const Encoder> encoder_;
  const std::vector<std::int32_t> ids_;
  const std::vector<std::uint32_t> offsets_;
  std::vector<float> vectors_;
};

}  // namespace

HeadArgument head_argument(const Napi::CallbackInfo& info, std::size_t position, const char* name) {
  const Napi::Value value = argument(info, position);
  const std::string where = name;
  if (!value.IsObject()) refuse(name, "an object { dense, normalize }");
  const Napi::Value dense = value.As<Napi::Object>().Get("dense");
  const Napi::Value normalize = value.As<Napi::Object>().Get("normalize");
  if (!dense.IsArray()) refuse((where + ".dense").c_str(), "an array");
  if (!normalize.IsBoolean()) refuse((where + ".normalize").c_str(), "true or false");
  HeadArgument head;
  head.normalize = normalize.As<Napi::Boolean>().Value();
  const Napi::Array layers = dense.As<Napi::Array>();
  for (std::uint32_t i = 0; i < layers.Length(); ++i) {
    head.dense.push_back(dense_layer(layers.Get(i), where + ".dense[" + std::to_string(i) + "]"));
  }
  return head;
}

Napi::Value start_encode(const Napi::CallbackInfo& info, std::shared_ptr<const Encoder> encoder) {
  return guarded(info, [&] {
    return start_work(info.Env(), argument(info, 2), std::make_unique<EncodeWork>(info, std::move(encoder)));
  });
}

}  // namespace attune::binding
