// class StaticTrainer: a token table under training.
#include "addon.h"
#include "promise_worker.h"
#include "properties.h"
#include "runtime/levels.h"
#include "train/static_table.h"
#include "trainer.h"

namespace attune::binding {
namespace {

// new StaticTrainer(table: Float32Array, dim: number, texts: TokenArrays, adam: AdamSettings)
class StaticTrainer final : public Trainer<StaticTrainer> {
 public:
  explicit StaticTrainer(const Napi::CallbackInfo& info) : Trainer(info) {
    guarded(info, [&]() -> Napi::Value {
      const std::size_t dim = positive_integer(info, 1, "dim");
      std::vector<float> table = float32_matrix(info, 0, "table", dim);
      const Napi::Object texts = object_argument(info, 2, "texts");
      TokenizedTexts tokenized = {int32_property(texts, "ids"), uint32_property(texts, "offsets")};
      const std::size_t text_bytes = sizeof(std::int32_t) * tokenized.ids.size();
      auto encoder =
          std::make_unique<StaticTable>(active_level(), std::move(table), dim, std::move(tokenized),
                                        adam_options(object_argument(info, 3, "adam")));
      hold(info.Env(), std::move(encoder), text_bytes);
      return info.Env().Undefined();
    });
  }
};

}  // namespace

void init_static_trainer(Napi::Env env, Napi::Object exports) {
  exports.Set("StaticTrainer", StaticTrainer::define(env, "StaticTrainer"));
}

}  // namespace attune::binding
