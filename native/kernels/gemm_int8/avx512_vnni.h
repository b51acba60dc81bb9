// What CPUs with AVX512_VNNI share, with AMX or without: a CPU with AMX has AVX512_VNNI too.
#pragma once
#include "gemm_int8.h"

namespace attune::kernels::avx512_vnni {

// As GemmInt8Kernels::quantize.
RowCodes quantize(const float* values, std::size_t count, std::size_t depth, std::uint8_t* codes) noexcept;

}  // namespace attune::kernels::avx512_vnni
