#include "encoder/head.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "attune/error.h"
#include "runtime/matmul.h"

namespace attune {
namespace {

float activate(Activation activation, float x) {
  switch (activation) {
    case Activation::tanh:
      return std::tanh(x);
    case Activation::gelu:
      return 0.5f * x * (1.0f + std::erf(x * 0.70710678f));
    case Activation::relu:
      return std::max(x, 0.0f);
    case Activation::identity:
      break;
  }
  return x;
}

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

Head::Head(const Level& level, std::size_t in_features, std::vector<DenseLayer> layers, bool normalize)
    : level_(level),
      layers_(std::move(layers)),
      normalize_(normalize),
      dim_(in_features),
      widest_(in_features) {
  for (std::size_t number = 0; number < layers_.size(); ++number) {
    check_layer(layers_[number], number, dim_);
    dim_ = layers_[number].out_features;
    widest_ = std::max(widest_, dim_);
  }
}

void Head::apply(ConstMatrix pooled, Matrix out) const {
  thread_local std::vector<float> buffers[2];
  ConstMatrix input = pooled;
  for (std::size_t number = 0; number < layers_.size(); ++number) {
    const DenseLayer& layer = layers_[number];
    std::vector<float>& buffer = buffers[number % 2];
    if (buffer.size() < pooled.rows * widest_) buffer.resize(pooled.rows * widest_);
    const Matrix result(buffer.data(), pooled.rows, layer.out_features);
    multiply_nt(level_, input, {layer.weight.data(), layer.out_features, layer.in_features}, result,
                Product::replace);
    for (std::size_t row = 0; row < pooled.rows; ++row) {
      for (std::size_t i = 0; i < layer.out_features; ++i) {
        float& value = result.row(row)[i];
        value = activate(layer.activation, value + (layer.bias.empty() ? 0.0f : layer.bias[i]));
        if (layer.residual) value += input.row(row)[i];
      }
    }
    input = result;
  }
  for (std::size_t row = 0; row < pooled.rows; ++row) {
    std::copy_n(input.row(row), dim_, out.row(row));
    if (normalize_) normalize_row(out.row(row), dim_);
  }
}

}  // namespace attune
