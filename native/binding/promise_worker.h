// Long work behind a promise: it runs on a thread of the core's own, never on libuv's.
#pragma once
#include <napi.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

#include "attune/progress.h"

namespace attune::binding {

// The error of the core as JavaScript's AttuneError, with its stable code.
Napi::Error to_javascript(Napi::Env env, const std::exception& error);

// Runs a synchronous call, and turns what it throws into an AttuneError. Every exported function goes through
// this, or through start_work.
Napi::Value guarded(const Napi::CallbackInfo& info, const std::function<Napi::Value()>& call);

// One piece of long work. It owns copies of its arguments, and holds what it uses by shared_ptr, because
// JavaScript's objects may be collected, and its thread may end, while it runs.
class Work {
 public:
  Work() = default;
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  virtual ~Work() = default;
  virtual void run(Progress& progress) = 0;       // on a thread of the core: no JavaScript
  virtual Napi::Value result(Napi::Env env) = 0;  // on JavaScript's own thread
};

// Starts the work and returns its promise. `task` is a Task (task.h), or undefined.
Napi::Value start_work(Napi::Env env, Napi::Value task, std::unique_ptr<Work> work);

}  // namespace attune::binding
