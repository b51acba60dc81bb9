// What the files of the binding share: one init function per file, and what belongs to one JavaScript environment.
#pragma once
#include <napi.h>

namespace attune::binding {

// One per environment (the main thread, each worker thread).
struct AddonData {
  Napi::FunctionReference error_class;  // AttuneError, given by packages/binding when it loads the addon
};

void init_runtime(Napi::Env env, Napi::Object exports);
void init_static_encoder(Napi::Env env, Napi::Object exports);
void init_task(Napi::Env env, Napi::Object exports);
void init_transformer_encoder(Napi::Env env, Napi::Object exports);

}  // namespace attune::binding
