#include "linear/packed_weight.h"

#include "linear/matmul.h"
#include "linear/matmul_bf16.h"
#include "linear/matmul_int8.h"

namespace attune {

PackedWeight::Packed PackedWeight::pack(const Level& level, Precision precision,
                                        std::span<const ConstMatrix> matrices) {
  if (precision == Precision::bf16) return PackedBf16(level.gemm_bf16, matrices);
  if (precision == Precision::int8) return PackedInt8(level.gemm_int8, matrices);
  return PackedMatrix(level, matrices);
}

PackedWeight::PackedWeight(const Level& level, Precision precision, std::span<const ConstMatrix> matrices)
    : packed_(pack(level, precision, matrices)) {}

PackedWeight::PackedWeight(const Level& level, Precision precision, std::size_t rows, std::size_t cols)
    : packed_(precision == Precision::f32 ? Packed(PackedMatrix(level, rows, cols))
                                          : Packed(PackedBf16(level.gemm_bf16))) {}

void PackedWeight::replace(ConstMatrix weight, bool turned) {
  if (PackedBf16* const packed = std::get_if<PackedBf16>(&packed_)) {
    if (turned) {
      packed->pack_transposed(weight);
    } else {
      packed->pack(weight);
    }
    return;
  }
  PackedMatrix& packed = std::get<PackedMatrix>(packed_);
  const Operand operand =
      turned ? Operand{weight.data, 1, weight.stride} : Operand{weight.data, weight.stride, 1};
  for (std::size_t panel = 0; panel < packed.panels(); ++panel) packed.replace(panel, operand);
}

void PackedWeight::multiply(ConstMatrix a, const float* bias, Matrix c) const {
  std::visit([&](const auto& packed) { multiply_packed(a, packed, bias, c); }, packed_);
}

}  // namespace attune
