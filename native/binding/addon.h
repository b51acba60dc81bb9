// What the files of the binding share:
// one init function per file, and what belongs to one JavaScript environment.
#pragma once
#include <napi.h>

namespace attune::binding {

// One per environment (the main thread, each worker thread).
struct AddonData {
  Napi::FunctionReference error_class;  // AttuneError, given by packages/binding when it loads the addon
  Napi::FunctionReference flat_index_class;
};

void init_adapter_trainer(Napi::Env env, Napi::Object exports);
void init_contrastive_loss(Napi::Env env, Napi::Object exports);
void init_flat_index(Napi::Env env, Napi::Object exports);
void init_runtime(Napi::Env env, Napi::Object exports);
void init_static_encoder(Napi::Env env, Napi::Object exports);
void init_static_trainer(Napi::Env env, Napi::Object exports);
void init_task(Napi::Env env, Napi::Object exports);
void init_transformer_encoder(Napi::Env env, Napi::Object exports);
void init_transformer_trainer(Napi::Env env, Napi::Object exports);

}  // namespace attune::binding
