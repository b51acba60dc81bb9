// A level that multiplies wrongly is found at the start.
#include "runtime/fixed_products.h"

#include <doctest/doctest.h>

#include "runtime/levels.h"

using namespace attune;

TEST_CASE("every level that this CPU runs multiplies as its definition says") {
  CHECK(refused_kernels().empty());
  CHECK(supported_gemm_bf16().front() == &kernels::gemm_bf16_scalar);
  CHECK(supported_gemm_int8().front() == &kernels::gemm_int8_scalar);
  for (const kernels::GemmBf16Kernels* kernels : supported_gemm_bf16())
    CHECK(agrees_with_definition(*kernels));
  for (const kernels::GemmInt8Kernels* kernels : supported_gemm_int8())
    CHECK(agrees_with_definition(*kernels));
}

TEST_CASE("the scalar level multiplies by the definitions, whatever else the CPU has") {
  const Level& scalar = supported_levels().front();
  CHECK(&scalar.gemm_bf16 == &kernels::gemm_bf16_scalar);
  CHECK(&scalar.gemm_int8 == &kernels::gemm_int8_scalar);
}

TEST_CASE("kernels whose last element, rounding or packing is wrong do not agree") {
  kernels::GemmBf16Kernels bf16 = kernels::gemm_bf16_scalar;
  bf16.product = [](const kernels::Bf16Product& p) noexcept {
    kernels::gemm_bf16_scalar.product(p);
    p.c[(p.rows - 1) * p.c_stride + p.cols - 1] += 0.01f;
  };
  CHECK_FALSE(agrees_with_definition(bf16));
  bf16 = kernels::gemm_bf16_scalar;
  bf16.round = [](const float* values, std::size_t count, std::uint16_t* out) noexcept {
    kernels::gemm_bf16_scalar.round(values, count, out);
    out[count - 1] ^= 1;
  };
  CHECK_FALSE(agrees_with_definition(bf16));
  bf16 = kernels::gemm_bf16_scalar;
  bf16.pack_columns = [](const float* columns, std::size_t depth_stride, std::size_t have, std::size_t cols,
                         std::size_t depth, std::uint16_t* panel) noexcept {
    kernels::gemm_bf16_scalar.pack_columns(columns, depth_stride, have, cols, depth, panel);
    panel[0] ^= 1;
  };
  CHECK_FALSE(agrees_with_definition(bf16));

  kernels::GemmInt8Kernels int8 = kernels::gemm_int8_scalar;
  int8.product = [](const kernels::Int8Product& p) noexcept {
    kernels::gemm_int8_scalar.product(p);
    p.c[(p.rows - 1) * p.c_stride + p.cols - 1] *= 1.0001f;
  };
  CHECK_FALSE(agrees_with_definition(int8));
}
