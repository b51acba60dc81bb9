// What StaticEncoder and TransformerEncoder have in common on JavaScript's side.
#pragma once
#include <napi.h>

#include <memory>
#include <vector>

#include "encoder/encoder.h"
#include "encoder/head.h"

namespace attune::binding {

// NativeHead { dense: { weight, bias?, inFeatures, outFeatures, activation, residual }[];
// normalize: boolean }
struct HeadArgument {
  std::vector<DenseLayer> dense;
  bool normalize = false;
};
HeadArgument head_argument(const Napi::CallbackInfo& info, std::size_t position, const char* name);

// encode(ids: Int32Array, offsets: Uint32Array, task?: Task): Promise<Float32Array>
Napi::Value start_encode(const Napi::CallbackInfo& info, std::shared_ptr<const Encoder> encoder);

}  // namespace attune::binding
