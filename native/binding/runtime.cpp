// What the addon tells of itself, and the class of its errors.
#include "addon.h"
#include "arguments.h"
#include "promise_worker.h"
#include "runtime/freed_memory.h"
#include "runtime/levels.h"
#include "runtime/thread_pool.h"

namespace attune::binding {
namespace {

// setErrorClass(errorClass: new (code: string, message: string) => Error): void
Napi::Value set_error_class(const Napi::CallbackInfo& info) {
  return guarded(info, [&]() -> Napi::Value {
    if (!argument(info, 0).IsFunction()) refuse("errorClass", "a class");
    info.Env().GetInstanceData<AddonData>()->error_class = Napi::Persistent(info[0].As<Napi::Function>());
    return info.Env().Undefined();
  });
}

// runtimeInfo(): { level: string; levels: string[]; bf16: string; int8: string; refusedKernels: string[]; threads: number }
Napi::Value runtime_info(const Napi::CallbackInfo& info) {
  return guarded(info, [&]() -> Napi::Value {
    const Napi::Env env = info.Env();
    Napi::Array levels = Napi::Array::New(env);
    for (const Level& level : supported_levels())
      levels.Set(levels.Length(), Napi::String::New(env, level.name));
    Napi::Array refused = Napi::Array::New(env);
    for (const std::string& name : refused_kernels())
      refused.Set(refused.Length(), Napi::String::New(env, name));
    Napi::Object result = Napi::Object::New(env);
    result.Set("level", Napi::String::New(env, active_level().name));
    result.Set("levels", levels);
    result.Set("bf16", Napi::String::New(env, active_level().gemm_bf16.name));
    result.Set("int8", Napi::String::New(env, active_level().gemm_int8.name));
    result.Set("refusedKernels", refused);
    result.Set("threads", Napi::Number::New(env, static_cast<double>(thread_count())));
    return result;
  });
}

// returnFreedBlocks(): void
Napi::Value return_freed(const Napi::CallbackInfo& info) {
  return_freed_blocks();
  return info.Env().Undefined();
}

}  // namespace

void init_runtime(Napi::Env env, Napi::Object exports) {
  exports.Set("setErrorClass", Napi::Function::New(env, set_error_class, "setErrorClass"));
  exports.Set("returnFreedBlocks", Napi::Function::New(env, return_freed, "returnFreedBlocks"));
  exports.Set("runtimeInfo", Napi::Function::New(env, runtime_info, "runtimeInfo"));
}

}  // namespace attune::binding
