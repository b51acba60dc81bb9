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

// runtimeInfo(): { level: string; levels: string[]; threads: number }
Napi::Value runtime_info(const Napi::CallbackInfo& info) {
  return guarded(info, [&]() -> Napi::Value {
    const Napi::Env env = info.Env();
    Napi::Array levels = Napi::Array::New(env);
    for (const Level& level : supported_levels())
      levels.Set(levels.Length(), Napi::String::New(env, level.name));
    Napi::Object result = Napi::Object::New(env);
    result.Set("level", Napi::String::New(env, active_level().name));
    result.Set("levels", levels);
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
