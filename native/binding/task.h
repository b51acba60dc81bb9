// class Task: the progress of a piece of work, and the way to cancel it, as JavaScript sees them.
#pragma once
#include <napi.h>

#include <memory>

#include "attune/progress.h"

namespace attune::binding {

// The progress behind a Task, or a fresh one when no task was given.
// Throws Error INVALID_ARGUMENT for anything else.
std::shared_ptr<Progress> task_progress(Napi::Value task);

}  // namespace attune::binding
