#include "trainer.h"

#include "promise_worker.h"
#include "properties.h"
#include "runtime/levels.h"

namespace attune::binding {
namespace {

std::unique_lock<std::mutex> lock_idle(TrainerCore& core) {
  std::unique_lock lock(core.at_work, std::try_to_lock);
  if (!lock.owns_lock()) {
    throw Error("INVALID_ARGUMENT",
                "The trainer is at work: await what was started before it is given something else.");
  }
  return lock;
}

class TrainWork final : public Work {
 public:
  TrainWork(std::shared_ptr<TrainerCore> core, std::vector<std::uint32_t> order, std::size_t batch,
            std::vector<float> learning_rates, std::size_t epoch)
      : core_(std::move(core)),
        order_(std::move(order)),
        batch_(batch),
        learning_rates_(std::move(learning_rates)),
        epoch_(epoch) {}

  void run(Progress& progress) override {
    const std::lock_guard lock(core_->at_work);
    const TrainingSteps steps = {order_, batch_, learning_rates_, epoch_};
    if (core_->pairs) {
      losses_ = core_->pairs->train(steps, progress);
    } else if (core_->distiller) {
      losses_ = core_->distiller->train(steps, progress);
    } else {
      throw Error("INVALID_ARGUMENT",
                  "There is nothing to learn from: call usePairs or useTargets before train.");
    }
  }
  Napi::Value result(Napi::Env env) override {
    Napi::Float64Array losses = Napi::Float64Array::New(env, losses_.size());
    std::copy(losses_.begin(), losses_.end(), losses.Data());
    return losses;
  }

 private:
  const std::shared_ptr<TrainerCore> core_;
  const std::vector<std::uint32_t> order_;
  const std::size_t batch_;
  const std::vector<float> learning_rates_;
  const std::size_t epoch_;
  std::vector<double> losses_;
};

class StateWork final : public Work {
 public:
  explicit StateWork(std::shared_ptr<TrainerCore> core) : core_(std::move(core)) {}
  void run(Progress&) override {
    const std::lock_guard lock(core_->at_work);
    state_ = core_->encoder->state();
  }
  Napi::Value result(Napi::Env env) override {
    Napi::Object result = Napi::Object::New(env);
    result.Set("weights", handed_over(env, state_.weights));
    result.Set("firstMoments", handed_over(env, state_.first_moments));
    result.Set("secondMoments", handed_over(env, state_.second_moments));
    result.Set("step", Napi::Number::New(env, static_cast<double>(state_.step)));
    return result;
  }

 private:
  // Each as large as the model, so that one is freed before the next is copied.
  static Napi::Float32Array handed_over(Napi::Env env, std::vector<float>& values) {
    const std::vector<float> taken = std::move(values);
    return to_float32_array(env, taken);
  }

  const std::shared_ptr<TrainerCore> core_;
  TrainingState state_;
};

}  // namespace

AdamOptions adam_options(Napi::Object object) {
  AdamOptions options;
  options.constants.beta1 = static_cast<float>(number_property(object, "beta1"));
  options.constants.beta2 = static_cast<float>(number_property(object, "beta2"));
  options.constants.epsilon = static_cast<float>(number_property(object, "epsilon"));
  options.weight_decay = static_cast<float>(number_property(object, "weightDecay"));
  const auto is_share = [](float beta) { return beta >= 0 && beta < 1; };
  if (!is_share(options.constants.beta1) || !is_share(options.constants.beta2) ||
      !(options.constants.epsilon > 0) || options.weight_decay < 0) {
    refuse("adam", "beta1 and beta2 from 0 to below 1, epsilon above 0 and weightDecay not negative");
  }
  return options;
}

// usePairs(pairs: PairArrays, temperature: number): void
Napi::Value use_pairs(const Napi::CallbackInfo& info, TrainerCore& core) {
  return guarded(info, [&]() -> Napi::Value {
    const Napi::Object object = object_argument(info, 0, "pairs");
    PairSet pairs;
    pairs.query_texts = uint32_property(object, "queryTexts");
    pairs.document_texts = uint32_property(object, "documentTexts");
    pairs.weights = float32_property(object, "weights");
    pairs.query_keys = int32_property(object, "queryKeys");
    pairs.document_keys = int32_property(object, "documentKeys");
    pairs.known_positives.offsets = uint32_property(object, "knownOffsets");
    pairs.known_positives.document_keys = int32_property(object, "knownDocumentKeys");
    pairs.negatives.offsets = uint32_property(object, "negativeOffsets");
    pairs.negatives.texts = uint32_property(object, "negativeTexts");
    pairs.negatives.document_keys = int32_property(object, "negativeDocumentKeys");
    const auto temperature = static_cast<float>(number(info, 1, "temperature"));
    const auto lock = lock_idle(core);
    core.distiller.reset();
    core.pairs.emplace(active_level(), *core.encoder, std::move(pairs), temperature);
    return info.Env().Undefined();
  });
}

// useTargets(targets: Float32Array, weights: Float32Array): void
Napi::Value use_targets(const Napi::CallbackInfo& info, TrainerCore& core) {
  return guarded(info, [&]() -> Napi::Value {
    std::vector<float> targets = float32_array(info, 0, "targets"),
                       weights = float32_array(info, 1, "weights");
    const auto lock = lock_idle(core);
    core.pairs.reset();
    core.distiller.emplace(*core.encoder, std::move(targets), std::move(weights));
    return info.Env().Undefined();
  });
}

// train(order: Uint32Array, batch: number, learningRates: Float32Array, epoch: number, task?: Task):
//   Promise<Float64Array>
Napi::Value train(const Napi::CallbackInfo& info, std::shared_ptr<TrainerCore> core) {
  return guarded(info, [&]() -> Napi::Value {
    std::vector<std::uint32_t> order = uint32_array(info, 0, "order");
    const std::size_t batch = positive_integer(info, 1, "batch");
    std::vector<float> learning_rates = float32_array(info, 2, "learningRates");
    const std::size_t epoch = whole_number(info, 3, "epoch");
    return start_work(info.Env(), argument(info, 4),
                      std::make_unique<TrainWork>(std::move(core), std::move(order), batch,
                                                  std::move(learning_rates), epoch));
  });
}

// state(task?: Task): Promise<TrainerState>
Napi::Value state(const Napi::CallbackInfo& info, std::shared_ptr<TrainerCore> core) {
  return guarded(info, [&]() -> Napi::Value {
    return start_work(info.Env(), argument(info, 0), std::make_unique<StateWork>(std::move(core)));
  });
}

// restore(state: TrainerState): void
Napi::Value restore(const Napi::CallbackInfo& info, TrainerCore& core) {
  return guarded(info, [&]() -> Napi::Value {
    const Napi::Object object = object_argument(info, 0, "state");
    TrainingState state;
    state.weights = float32_property(object, "weights");
    state.first_moments = float32_property(object, "firstMoments");
    state.second_moments = float32_property(object, "secondMoments");
    const double step = number_property(object, "step");
    if (step < 0 || step != std::floor(step)) refuse("step", "a whole number from 0 on");
    state.step = static_cast<std::uint64_t>(step);
    const auto lock = lock_idle(core);
    core.encoder->restore(std::move(state));
    return info.Env().Undefined();
  });
}

// parameters(): { name: string, shape: number[], offset: number }[]
Napi::Value parameters(const Napi::CallbackInfo& info, const TrainerCore& core) {
  return guarded(info, [&]() -> Napi::Value {
    const std::vector<Parameter> parameters = core.encoder->parameters();
    const Napi::Array list = Napi::Array::New(info.Env(), parameters.size());
    for (std::uint32_t i = 0; i < parameters.size(); ++i) {
      const Napi::Array shape = Napi::Array::New(info.Env(), parameters[i].shape.size());
      for (std::uint32_t axis = 0; axis < parameters[i].shape.size(); ++axis)
        shape.Set(axis, static_cast<double>(parameters[i].shape[axis]));
      const Napi::Object parameter = Napi::Object::New(info.Env());
      parameter.Set("name", parameters[i].name);
      parameter.Set("shape", shape);
      parameter.Set("offset", static_cast<double>(parameters[i].offset));
      list.Set(i, parameter);
    }
    return list;
  });
}

}  // namespace attune::binding
