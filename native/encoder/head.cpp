#include "encoder/head.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "attune/error.h"
#include "linear/matmul.h"

namespace attune {
namespace {

// As torch's F.normalize. The norm is summed in double: a unit vector's error is then its own rounding.
void normalize_row(float* row, std::size_t dim) {
  double squares = 0.0;
  for (std::size_t i = 0; i < dim; ++i) squares += double(row[i]) * double(row[i]);
  const float norm = std::max(static_cast<float>(std::sqrt(squares)), 1e-12f);
  for (std::size_t i = 0; i < dim; ++i) row[i] /= norm;
}

void check_layer(const DenseLayer& layer, std::size_t number, std::size_t in_features) {
  const std::string name = "dense layer " + std::to_string(number);
  if (layer.in_features != in_features) {
    throw Error("BUNDLE_INVALID", "Expected " + name + " to take the " + std::to_string(in_features) +
                                      " numbers that reach it, but it takes " +
                                      std::to_string(layer.in_features) + ".");
  }
  if (layer.out_features == 0 || layer.weight.size() != layer.in_features * layer.out_features) {
    throw Error("BUNDLE_INVALID", "Expected the weight of " + name + " to hold " +
                                      std::to_string(layer.out_features) + " x " +
                                      std::to_string(layer.in_features) + " numbers, but it holds " +
                                      std::to_string(layer.weight.size()) + ".");
  }
  if (!layer.bias.empty() && layer.bias.size() != layer.out_features) {
    throw Error("BUNDLE_INVALID", "Expected the bias of " + name + " to hold " +
                                      std::to_string(layer.out_features) + " numbers, but it holds " +
                                      std::to_string(layer.bias.size()) + ".");
  }
  if (layer.residual && layer.in_features != layer.out_features) {
    throw Error("BUNDLE_INVALID", "Expected " + name +
                                      ", which adds its input to its output, to give as many numbers " +
                                      "as it takes, but it takes " + std::to_string(layer.in_features) +
                                      " and gives " + std::to_string(layer.out_features) + ".");
  }
}

}  // namespace

void activate(const Level& level, Activation activation, float* values, std::size_t count) {
  switch (activation) {
    case Activation::tanh:
      return level.activation.tanh(values, count);
    case Activation::gelu:
      return level.activation.gelu(values, count);
    case Activation::gelu_tanh:
      return level.activation.gelu_tanh(values, count);
    case Activation::relu:
      return level.activation.relu(values, count);
    case Activation::identity:
      return;
  }
}

Head::Head(const Level& level, std::size_t in_features, const std::vector<DenseLayer>& layers, bool normalize)
    : level_(level), normalize_(normalize), dim_(in_features), widest_(in_features) {
  for (const DenseLayer& layer : layers) {
    check_layer(layer, layers_.size(), dim_);
    layers_.push_back({PackedMatrix(level, {layer.weight.data(), layer.out_features, layer.in_features}),
                       layer.bias, layer.activation, layer.residual});
    dim_ = layer.out_features;
    widest_ = std::max(widest_, dim_);
  }
}

void Head::apply(ConstMatrix pooled, Matrix out) const {
  thread_local AlignedBuffer<float> buffers[2];
  ConstMatrix input = pooled;
  for (std::size_t number = 0; number < layers_.size(); ++number) {
    const Layer& layer = layers_[number];
    const Matrix result(buffers[number % 2].reserve(pooled.rows * widest_), pooled.rows, layer.weight.rows());
    multiply_packed(input, layer.weight, layer.bias.empty() ? nullptr : layer.bias.data(), result);
    activate(level_, layer.activation, result.data, result.rows * result.cols);
    for (std::size_t row = 0; layer.residual && row < result.rows; ++row) {
      for (std::size_t i = 0; i < result.cols; ++i) result.row(row)[i] += input.row(row)[i];
    }
    input = result;
  }
  for (std::size_t row = 0; row < pooled.rows; ++row) {
    std::copy_n(input.row(row), dim_, out.row(row));
    if (normalize_) normalize_row(out.row(row), dim_);
  }
}

}  // namespace attune
