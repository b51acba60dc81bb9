#include "transformer_arguments.h"

#include "arguments.h"

namespace attune::binding {
namespace {

Activation hidden_activation(const Napi::Value& value) {
  const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  if (name == "gelu") return Activation::gelu;
  if (name == "gelu_tanh") return Activation::gelu_tanh;
  if (name == "relu") return Activation::relu;
  refuse("config.activation",
         "'gelu', 'gelu_tanh' or 'relu'" + (name.empty() ? "" : ", but received '" + name + "'"));
}

// Absent for a model that is not ModernBERT's kind.
std::optional<RotaryConfig> rotary_argument(const Napi::Value& value) {
  if (value.IsUndefined()) return std::nullopt;
  if (!value.IsObject()) refuse("config.rotary", "an object");
  const Napi::Object object = value.As<Napi::Object>();
  const auto read = [&](const char* name) {
    const Napi::Value field = object.Get(name);
    const double number = field.IsNumber() ? field.As<Napi::Number>().DoubleValue() : 0.0;
    if (!(number > 0.0 && number <= 1e9))
      refuse((std::string("config.rotary.") + name).c_str(), "a number above 0, up to 1e9");
    return number;
  };
  return RotaryConfig{.global_theta = read("globalTheta"),
                      .local_theta = read("localTheta"),
                      .local_window = static_cast<std::size_t>(read("localWindow")),
                      .global_every = static_cast<std::size_t>(read("globalEvery"))};
}

}  // namespace

Pooling pooling_argument(const Napi::CallbackInfo& info, std::size_t position) {
  const std::string name = text(info, position, "pooling");
  if (name == "mean") return Pooling::mean;
  if (name == "cls") return Pooling::cls;
  if (name == "max") return Pooling::max;
  if (name == "lasttoken") return Pooling::lasttoken;
  if (name == "mean_sqrt_len") return Pooling::mean_sqrt_len;
  refuse("pooling", "'mean', 'cls', 'max', 'lasttoken' or 'mean_sqrt_len', but received '" + name + "'");
}

TransformerConfig config_argument(const Napi::CallbackInfo& info, std::size_t position) {
  const Napi::Value value = argument(info, position);
  if (!value.IsObject()) refuse("config", "an object");
  const Napi::Object object = value.As<Napi::Object>();
  const auto read = [&](const char* name) {
    const Napi::Value field = object.Get(name);
    const double number = field.IsNumber() ? field.As<Napi::Number>().DoubleValue() : -1.0;
    if (!(number >= 0.0 && number <= 1e9))
      refuse((std::string("config.") + name).c_str(), "a number from 0 to 1e9");
    return number;
  };
  const auto count = [&](const char* name) {
    const double number = read(name);
    if (number != std::floor(number)) refuse((std::string("config.") + name).c_str(), "a whole number");
    return static_cast<std::size_t>(number);
  };
  return {.hidden_size = count("hiddenSize"),
          .layers = count("layers"),
          .heads = count("heads"),
          .intermediate_size = count("intermediateSize"),
          .max_positions = count("maxPositions"),
          .vocab_size = count("vocabSize"),
          .type_vocab_size = count("typeVocabSize"),
          .layer_norm_eps = static_cast<float>(read("layerNormEps")),
          .activation = hidden_activation(object.Get("activation")),
          .position_offset = count("positionOffset"),
          .relative_buckets = object.Get("relativeBuckets").IsUndefined() ? 0 : count("relativeBuckets"),
          .rotary = rotary_argument(object.Get("rotary"))};
}

Tensors tensors_argument(const Napi::CallbackInfo& info, std::size_t position) {
  const Napi::Value value = argument(info, position);
  if (!value.IsObject()) refuse("tensors", "an object of Float32Arrays");
  const Napi::Object object = value.As<Napi::Object>();
  const Napi::Array names = object.GetPropertyNames();
  Tensors tensors;
  for (std::uint32_t i = 0; i < names.Length(); ++i) {
    const std::string name = names.Get(i).ToString().Utf8Value();
    const Napi::Value tensor = object.Get(name);
    if (!tensor.IsTypedArray() || tensor.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array) {
      refuse(("tensors['" + name + "']").c_str(), "a Float32Array");
    }
    const auto array = tensor.As<Napi::Float32Array>();
    tensors.emplace(name, std::span<const float>(array.Data(), array.ElementLength()));
  }
  return tensors;
}

}  // namespace attune::binding
