// What stands behind the pooling: Dense layers and normalisation, as in sentence-transformers.
#pragma once
#include <vector>

#include "attune/matrix.h"
#include "linear/packed_matrix.h"

namespace attune {

enum class Activation { identity, tanh, gelu, gelu_tanh, relu };

// Applies it to every value.
void activate(const Level& level, Activation activation, float* values, std::size_t count);

//   y = activation(weight · x + bias), plus x where `residual` says so
struct DenseLayer {
  std::vector<float> weight;  // [out_features, in_features]
  std::vector<float> bias;    // [out_features], or empty
  std::size_t in_features = 0;
  std::size_t out_features = 0;
  Activation activation = Activation::identity;
  bool residual = false;
};

class Head {
 public:
  // in_features: numbers of a pooled vector.
  // Throws Error BUNDLE_INVALID when a layer does not fit the one before it.
  Head(const Level& level, std::size_t in_features, const std::vector<DenseLayer>& layers, bool normalize);

  std::size_t dim() const noexcept { return dim_; }  // of what comes out

  // out[r] = the head of pooled[r]; a row's result does not depend on the other rows. Normalising gives
  //
  //   x / max(norm of x, 1e-12)
  //
  // so a vector of zeros stays one.
  void apply(ConstMatrix pooled, Matrix out) const;

 private:
  struct Layer {
    PackedMatrix weight;
    std::vector<float> bias;
    Activation activation;
    bool residual;
  };

  const Level& level_;
  std::vector<Layer> layers_;
  bool normalize_;
  std::size_t dim_;
  std::size_t widest_;
};

}  // namespace attune
