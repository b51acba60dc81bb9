// Properties of an object from JavaScript: checked and copied, as arguments.h does for positions.
#pragma once
#include "arguments.h"

namespace attune::binding {

inline Napi::Object object_argument(const Napi::CallbackInfo& info, std::size_t position, const char* name) {
  const Napi::Value value = argument(info, position);
  if (!value.IsObject()) refuse(name, "an object");
  return value.As<Napi::Object>();
}

inline double number_property(Napi::Object object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsNumber() || !std::isfinite(value.As<Napi::Number>().DoubleValue()))
    refuse(name, "a finite number");
  return value.As<Napi::Number>().DoubleValue();
}

template <class Element>
std::vector<Element> array_property(Napi::Object object, const char* name, napi_typedarray_type type,
                                    const char* type_name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type) {
    refuse(name, std::string("a ") + type_name);
  }
  const auto array = value.As<Napi::TypedArrayOf<Element>>();
  return std::vector<Element>(array.Data(), array.Data() + array.ElementLength());
}

inline std::vector<float> float32_property(Napi::Object object, const char* name) {
  return array_property<float>(object, name, napi_float32_array, "Float32Array");
}

inline std::vector<std::int32_t> int32_property(Napi::Object object, const char* name) {
  return array_property<std::int32_t>(object, name, napi_int32_array, "Int32Array");
}

inline std::vector<std::uint32_t> uint32_property(Napi::Object object, const char* name) {
  return array_property<std::uint32_t>(object, name, napi_uint32_array, "Uint32Array");
}

}  // namespace attune::binding
