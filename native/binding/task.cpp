// class Task { cancel(): void; progress(): { done: number; total: number } }
#include "task.h"

#include "addon.h"

namespace attune::binding {
namespace {

constexpr napi_type_tag kTaskTag = {0x8f1d6a3c5b7e4921ULL, 0xa04c2e9d71b35f86ULL};

class Task final : public Napi::ObjectWrap<Task> {
 public:
  explicit Task(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Task>(info) {
    info.This().As<Napi::Object>().TypeTag(&kTaskTag);
  }
  static Napi::Function define(Napi::Env env) {
    return DefineClass(
        env, "Task", {InstanceMethod<&Task::cancel>("cancel"), InstanceMethod<&Task::progress>("progress")});
  }
  std::shared_ptr<Progress> shared_progress() const { return progress_; }

 private:
  void cancel(const Napi::CallbackInfo&) { progress_->cancelled = true; }

  Napi::Value progress(const Napi::CallbackInfo& info) {
    Napi::Object result = Napi::Object::New(info.Env());
    result.Set("done", Napi::Number::New(info.Env(), static_cast<double>(progress_->done.load())));
    result.Set("total", Napi::Number::New(info.Env(), static_cast<double>(progress_->total.load())));
    return result;
  }

  std::shared_ptr<Progress> progress_ = std::make_shared<Progress>();
};

}  // namespace

std::shared_ptr<Progress> task_progress(Napi::Value task) {
  if (task.IsUndefined()) return std::make_shared<Progress>();
  if (!task.IsObject() || !task.As<Napi::Object>().CheckTypeTag(&kTaskTag)) {
    throw Error("INVALID_ARGUMENT", "Expected task to be a Task of this addon, or undefined.");
  }
  return Task::Unwrap(task.As<Napi::Object>())->shared_progress();
}

void init_task(Napi::Env env, Napi::Object exports) { exports.Set("Task", Task::define(env)); }

}  // namespace attune::binding
