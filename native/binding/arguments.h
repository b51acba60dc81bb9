// Arguments from JavaScript: each is checked once, here, where its name is known, and copied.
#pragma once
#include <napi.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "attune/error.h"

namespace attune::binding {

inline Napi::Value argument(const Napi::CallbackInfo& info, std::size_t position) {
  return position < info.Length() ? info[position] : info.Env().Undefined();
}

[[noreturn]] inline void refuse(const char* name, const std::string& expected) {
  throw Error("INVALID_ARGUMENT", std::string("Expected ") + name + " to be " + expected + ".");
}

inline double number(const Napi::CallbackInfo& info, std::size_t position, const char* name) {
  const Napi::Value value = argument(info, position);
  if (!value.IsNumber()) refuse(name, "a number");
  const double result = value.As<Napi::Number>().DoubleValue();
  if (!std::isfinite(result)) refuse(name, "a finite number");
  return result;
}

// A whole number from `least` on.
inline std::size_t whole_number(const Napi::CallbackInfo& info, std::size_t position, const char* name,
                                std::size_t least = 0) {
  const double value = number(info, position, name);
  if (value != std::floor(value) || value < double(least) || value > 9007199254740991.0) {
    refuse(name,
           "a whole number from " + std::to_string(least) + " on, but received " + std::to_string(value));
  }
  return static_cast<std::size_t>(value);
}

inline std::size_t positive_integer(const Napi::CallbackInfo& info, std::size_t position, const char* name) {
  return whole_number(info, position, name, 1);
}

inline bool boolean(const Napi::CallbackInfo& info, std::size_t position, const char* name) {
  const Napi::Value value = argument(info, position);
  if (!value.IsBoolean()) refuse(name, "true or false");
  return value.As<Napi::Boolean>().Value();
}

inline std::string text(const Napi::CallbackInfo& info, std::size_t position, const char* name) {
  const Napi::Value value = argument(info, position);
  if (!value.IsString()) refuse(name, "a string");
  return value.As<Napi::String>().Utf8Value();
}

// Empty where there is none.
inline std::string optional_text(const Napi::CallbackInfo& info, std::size_t position, const char* name) {
  return argument(info, position).IsUndefined() ? std::string() : text(info, position, name);
}

// The typed array's own part of its buffer, copied: JavaScript may change or transfer its own at any time.
template <class Element>
std::vector<Element> typed_array(const Napi::CallbackInfo& info, std::size_t position, const char* name,
                                 napi_typedarray_type type, const char* type_name) {
  const Napi::Value value = argument(info, position);
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type) {
    refuse(name, std::string("a ") + type_name);
  }
  const auto array = value.As<Napi::TypedArrayOf<Element>>();
  return std::vector<Element>(array.Data(), array.Data() + array.ElementLength());
}

inline std::vector<float> float32_array(const Napi::CallbackInfo& info, std::size_t position,
                                        const char* name) {
  return typed_array<float>(info, position, name, napi_float32_array, "Float32Array");
}

inline std::vector<std::int32_t> int32_array(const Napi::CallbackInfo& info, std::size_t position,
                                             const char* name) {
  return typed_array<std::int32_t>(info, position, name, napi_int32_array, "Int32Array");
}

inline std::vector<std::uint32_t> uint32_array(const Napi::CallbackInfo& info, std::size_t position,
                                               const char* name) {
  return typed_array<std::uint32_t>(info, position, name, napi_uint32_array, "Uint32Array");
}

// Rows of `cols` numbers each.
inline std::vector<float> float32_matrix(const Napi::CallbackInfo& info, std::size_t position,
                                         const char* name, std::size_t cols) {
  std::vector<float> values = float32_array(info, position, name);
  if (cols == 0 || values.size() % cols != 0) {
    throw Error("DIMENSION_MISMATCH", std::string("Expected ") + name + " to hold rows of " +
                                          std::to_string(cols) + " numbers, but received " +
                                          std::to_string(values.size()) + " numbers.");
  }
  return values;
}

inline Napi::Float32Array to_float32_array(Napi::Env env, const std::vector<float>& values) {
  Napi::Float32Array result = Napi::Float32Array::New(env, values.size());
  std::copy(values.begin(), values.end(), result.Data());
  return result;
}

inline Napi::Int32Array to_int32_array(Napi::Env env, const std::vector<std::int32_t>& values) {
  Napi::Int32Array result = Napi::Int32Array::New(env, values.size());
  std::copy(values.begin(), values.end(), result.Data());
  return result;
}

}  // namespace attune::binding
