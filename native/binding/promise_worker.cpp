// The life of a piece of work: JavaScript's thread starts it, a job of the core runs it, a thread-safe
// function brings the result back. When the environment ends first, the work is cancelled and awaited, and
// nobody is told.
#include "promise_worker.h"

#include <new>

#include "addon.h"
#include "runtime/thread_pool.h"
#include "task.h"

namespace attune::binding {
namespace {

struct Running {
  std::unique_ptr<Work> work;
  std::shared_ptr<Progress> progress;
  std::exception_ptr error;
  std::mutex mutex;
  std::condition_variable ended;
  bool has_ended = false;
};

// What belongs to JavaScript's thread alone.
struct Waiting {
  Waiting(Napi::Env env, std::shared_ptr<Running> running)
      : env(env), deferred(Napi::Promise::Deferred::New(env)), running(std::move(running)) {}
  napi_env env;
  Napi::Promise::Deferred deferred;
  std::shared_ptr<Running> running;
  Napi::ThreadSafeFunction done;
};

void stop_and_wait(void* data) {
  Running& running = *static_cast<Waiting*>(data)->running;
  running.progress->cancelled = true;
  std::unique_lock lock(running.mutex);
  running.ended.wait(lock, [&] { return running.has_ended; });
}

void settle(Napi::Env env, Waiting& waiting) {
  Running& running = *waiting.running;
  const Napi::HandleScope scope(env);
  try {
    try {
      if (running.error) std::rethrow_exception(running.error);
      waiting.deferred.Resolve(running.work->result(env));
    } catch (const Napi::Error& error) {
      waiting.deferred.Reject(error.Value());
    } catch (const std::exception& error) {
      waiting.deferred.Reject(to_javascript(env, error).Value());
    }
  } catch (const Napi::Error&) {  // NOLINT(bugprone-empty-catch)
    // The thread is being terminated, and runs no more JavaScript: nobody is left to be told.
  }
}

}  // namespace

Napi::Error to_javascript(Napi::Env env, const std::exception& error) {
  const char* code = "INTERNAL";
  std::string message = error.what();
  if (const auto* ours = dynamic_cast<const Error*>(&error)) {
    code = ours->code();
  } else if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
    code = "OUT_OF_MEMORY";
    message =
        "The native core could not get the memory that this work needs. Use smaller batches, or a smaller "
        "data set.";
  }
  const Napi::FunctionReference& error_class = env.GetInstanceData<AddonData>()->error_class;
  if (!error_class.IsEmpty()) {
    return Napi::Error(env, error_class.New({Napi::String::New(env, code), Napi::String::New(env, message)}));
  }
  Napi::Error plain = Napi::Error::New(env, message);
  plain.Set("code", Napi::String::New(env, code));
  return plain;
}

Napi::Value guarded(const Napi::CallbackInfo& info, const std::function<Napi::Value()>& call) {
  try {
    return call();
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::exception& error) {
    throw to_javascript(info.Env(), error);
  }
}

Napi::Value start_work(Napi::Env env, Napi::Value task, std::unique_ptr<Work> work) {
  auto running = std::make_shared<Running>();
  running->work = std::move(work);
  running->progress = task_progress(task);

  auto* waiting = new Waiting(env, running);
  waiting->done = Napi::ThreadSafeFunction::New(
      env, Napi::Function(), "attune", 0, 1, waiting,
      [](Napi::Env, Waiting* finished, Waiting*) { delete finished; }, waiting);
  // Runs before the thread-safe function's own clean-up, which was registered earlier.
  napi_add_env_cleanup_hook(env, stop_and_wait, waiting);

  const Napi::Promise promise = waiting->deferred.Promise();
  run_job([running, done = waiting->done, waiting]() mutable {
    try {
      running->work->run(*running->progress);
    } catch (...) {
      running->error = std::current_exception();
    }
    done.BlockingCall(waiting, [](Napi::Env env, Napi::Function, Waiting* finished) {
      if (static_cast<napi_env>(env) == nullptr) return;  // the environment is ending
      napi_remove_env_cleanup_hook(env, stop_and_wait, finished);
      settle(env, *finished);
      // Not on the job's thread: nobody waits for that any more,
      // and with the environment the function would be gone.
      finished->done.Release();
    });
    // Last: whoever waits in stop_and_wait may free everything of JavaScript's from here on.
    const std::lock_guard lock(running->mutex);
    running->has_ended = true;
    running->ended.notify_all();
  });
  return promise;
}

}  // namespace attune::binding
