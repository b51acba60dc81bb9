#include "encoder/tensors.h"

#include "attune/error.h"

namespace attune {
namespace {

std::span<const float> find(const Tensors& tensors, const std::string& name, std::size_t size,
                            const std::string& shape) {
  const auto found = tensors.find(name);
  if (found == tensors.end()) {
    throw Error("BUNDLE_INVALID",
                "Expected the model to have the tensor '" + name + "', of " + shape +
                    " numbers, but it has none of that name. Is it a BERT model, saved whole?");
  }
  if (found->second.size() != size) {
    throw Error("BUNDLE_INVALID", "Expected the tensor '" + name + "' to hold " + shape +
                                      " numbers, but it holds " + std::to_string(found->second.size()) +
                                      ". Does config.json belong to this model?");
  }
  return found->second;
}

}  // namespace

ConstMatrix tensor_matrix(const Tensors& tensors, const std::string& name, std::size_t rows,
                          std::size_t cols) {
  const std::string shape = std::to_string(rows) + " x " + std::to_string(cols);
  return {find(tensors, name, rows * cols, shape).data(), rows, cols};
}

std::span<const float> tensor_span(const Tensors& tensors, const std::string& name, std::size_t size) {
  return find(tensors, name, size, std::to_string(size));
}

std::vector<float> tensor_values(const Tensors& tensors, const std::string& name, std::size_t size) {
  const std::span<const float> values = tensor_span(tensors, name, size);
  return {values.begin(), values.end()};
}

}  // namespace attune
