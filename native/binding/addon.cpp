// The entry of the addon: every class and function of the binding is registered here.
#include "addon.h"

namespace attune::binding {
namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new AddonData());  // deleted by Node-API with the environment
  init_adapter_trainer(env, exports);
  init_contrastive_loss(env, exports);
  init_flat_index(env, exports);
  init_runtime(env, exports);
  init_static_encoder(env, exports);
  init_static_trainer(env, exports);
  init_task(env, exports);
  init_transformer_encoder(env, exports);
  init_transformer_trainer(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(attune, init)

}  // namespace attune::binding
