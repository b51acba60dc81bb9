// What CPUs with AVX512_BF16 share, with AMX or without: a CPU with AMX has AVX512_BF16 too.
#pragma once
#include "gemm_bf16.h"

namespace attune::kernels::avx512_bf16 {

void round(const float* values, std::size_t count, std::uint16_t* out) noexcept;
void pack_columns(const float* columns, std::size_t depth_stride, std::size_t have, std::size_t cols,
                  std::size_t depth, std::uint16_t* panel) noexcept;

}  // namespace attune::kernels::avx512_bf16
