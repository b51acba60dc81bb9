// The encoders of this process by what their makers call them, so that threads which load one bundle hold its weights once.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "encoder/encoder.h"

namespace attune::binding {

// What `make` gives, or what it gave for the same name while that is still held by somebody. Without a name nothing is shared.
std::shared_ptr<const Encoder> shared_encoder(const std::string& name,
                                              const std::function<std::shared_ptr<const Encoder>()>& make);

}  // namespace attune::binding
