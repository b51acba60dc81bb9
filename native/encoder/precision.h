// In what the products of a transformer are computed.
#pragma once

namespace attune {

enum class Precision { f32, bf16, int8 };

}  // namespace attune
