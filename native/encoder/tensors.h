// A model's weights by name, as they come from its file.
#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "attune/matrix.h"

namespace attune {

// Views; they need to last only while a model is built of them.
using Tensors = std::map<std::string, std::span<const float>>;

// [rows, cols]. Throws Error BUNDLE_INVALID, with the name,
// when there is no such tensor or it has another size.
ConstMatrix tensor_matrix(const Tensors& tensors, const std::string& name, std::size_t rows,
                          std::size_t cols);

// `size` numbers. Throws likewise.
std::span<const float> tensor_span(const Tensors& tensors, const std::string& name, std::size_t size);

// A copy of them.
std::vector<float> tensor_values(const Tensors& tensors, const std::string& name, std::size_t size);

}  // namespace attune
