// class AdapterTrainer: a linear map over given vectors under training.
#include "addon.h"
#include "promise_worker.h"
#include "properties.h"
#include "runtime/levels.h"
#include "train/adapter_map.h"
#include "trainer.h"

namespace attune::binding {
namespace {

// new AdapterTrainer(vectors: Float32Array, dimIn: number, dimOut: number, adam: AdamSettings)
class AdapterTrainer final : public Trainer<AdapterTrainer> {
 public:
  explicit AdapterTrainer(const Napi::CallbackInfo& info) : Trainer(info) {
    guarded(info, [&]() -> Napi::Value {
      const std::size_t dim_in = positive_integer(info, 1, "dimIn");
      const std::size_t dim_out = positive_integer(info, 2, "dimOut");
      std::vector<float> vectors = float32_matrix(info, 0, "vectors", dim_in);
      const std::size_t vector_bytes = sizeof(float) * vectors.size();
      auto encoder = std::make_unique<AdapterMap>(active_level(), std::move(vectors), dim_in, dim_out,
                                                  adam_options(object_argument(info, 3, "adam")));
      hold(info.Env(), std::move(encoder), vector_bytes);
      return info.Env().Undefined();
    });
  }
};

}  // namespace

void init_adapter_trainer(Napi::Env env, Napi::Object exports) {
  exports.Set("AdapterTrainer", AdapterTrainer::define(env, "AdapterTrainer"));
}

}  // namespace attune::binding
