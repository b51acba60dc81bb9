// What TransformerEncoder and TransformerTrainer are made of, from JavaScript.
#pragma once
#include <napi.h>

#include "encoder/pooling.h"
#include "encoder/tensors.h"
#include "encoder/transformer_config.h"

namespace attune::binding {

TransformerConfig config_argument(const Napi::CallbackInfo& info, std::size_t position);
Pooling pooling_argument(const Napi::CallbackInfo& info, std::size_t position);

// Views of JavaScript's memory, valid until it runs again: whoever is made of them copies what it needs meanwhile.
Tensors tensors_argument(const Napi::CallbackInfo& info, std::size_t position);

}  // namespace attune::binding
