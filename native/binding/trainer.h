// What StaticTrainer, AdapterTrainer and TransformerTrainer have in common: everything but how their model is made.
#pragma once
#include <napi.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "train/adam_options.h"
#include "train/distiller.h"
#include "train/pair_trainer.h"

namespace attune::binding {

// A model under training with what it learns from.
// Shared by the JavaScript object and the work that it started.
struct TrainerCore {
  explicit TrainerCore(std::unique_ptr<TrainableEncoder> encoder) : encoder(std::move(encoder)) {}
  std::mutex at_work;  // held while it trains or is read
  std::unique_ptr<TrainableEncoder> encoder;
  std::optional<PairTrainer> pairs;
  std::optional<Distiller> distiller;
};

AdamOptions adam_options(Napi::Object object);

Napi::Value use_pairs(const Napi::CallbackInfo& info, TrainerCore& core);
Napi::Value use_targets(const Napi::CallbackInfo& info, TrainerCore& core);
Napi::Value train(const Napi::CallbackInfo& info, std::shared_ptr<TrainerCore> core);
Napi::Value state(const Napi::CallbackInfo& info, std::shared_ptr<TrainerCore> core);
Napi::Value restore(const Napi::CallbackInfo& info, TrainerCore& core);
Napi::Value parameters(const Napi::CallbackInfo& info, const TrainerCore& core);

// A JavaScript class over a core. `Made` says how its constructor's arguments become one.
template <class Made>
class Trainer : public Napi::ObjectWrap<Made> {
  friend Made;  // nothing but `Made` is built on it
  explicit Trainer(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Made>(info) {}

 public:
  static Napi::Function define(Napi::Env env, const char* name) {
    using Class = Napi::ObjectWrap<Made>;
    return Class::DefineClass(
        env, name,
        {Class::InstanceMethod("usePairs", &Made::use_pairs),
         Class::InstanceMethod("useTargets", &Made::use_targets),
         Class::InstanceMethod("train", &Made::train), Class::InstanceMethod("state", &Made::state),
         Class::InstanceMethod("restore", &Made::restore),
         Class::InstanceMethod("parameters", &Made::parameters)});
  }
  Napi::Value use_pairs(const Napi::CallbackInfo& info) { return binding::use_pairs(info, *core_); }
  Napi::Value use_targets(const Napi::CallbackInfo& info) { return binding::use_targets(info, *core_); }
  Napi::Value train(const Napi::CallbackInfo& info) { return binding::train(info, core_); }
  Napi::Value state(const Napi::CallbackInfo& info) { return binding::state(info, core_); }
  Napi::Value restore(const Napi::CallbackInfo& info) { return binding::restore(info, *core_); }

  Napi::Value parameters(const Napi::CallbackInfo& info) { return binding::parameters(info, *core_); }

  // The garbage collector's thread of JavaScript: what it frees is no longer counted.
  void Finalize(Napi::BasicEnv env) override {
    Napi::MemoryManagement::AdjustExternalMemory(env, -counted_bytes_);
  }

 protected:
  // JavaScript sees a small object, and would keep many of them; this tells it what they hold: weights, two moments of each, and the
  // texts that the core was given.
  void hold(Napi::Env env, std::unique_ptr<TrainableEncoder> encoder, std::size_t text_bytes) {
    core_ = std::make_shared<TrainerCore>(std::move(encoder));
    std::size_t weights = 0;
    for (const Parameter& parameter : core_->encoder->parameters()) weights += parameter.count();
    counted_bytes_ = static_cast<std::int64_t>(3 * sizeof(float) * weights + text_bytes);
    Napi::MemoryManagement::AdjustExternalMemory(env, counted_bytes_);
  }

 private:
  std::shared_ptr<TrainerCore> core_;
  std::int64_t counted_bytes_ = 0;
};

}  // namespace attune::binding
