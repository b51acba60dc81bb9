#include "train/distiller.h"

#include <algorithm>
#include <string>

namespace attune {

Distiller::Distiller(TrainableEncoder& encoder, std::vector<float> targets, std::vector<float> weights)
    : encoder_(encoder), targets_(std::move(targets)), weights_(std::move(weights)) {
  const std::size_t texts = encoder.text_count();
  if (targets_.size() != texts * encoder.dim() || weights_.size() != texts) {
    throw Error("SHAPE_MISMATCH", "Expected a target of " + std::to_string(encoder.dim()) +
                                      " numbers and a weight for each of " + std::to_string(texts) +
                                      " texts, but received " + std::to_string(targets_.size()) +
                                      " numbers and " + std::to_string(weights_.size()) + " weights.");
  }
}

double Distiller::step(std::span<const std::uint32_t> texts, float learning_rate, std::size_t number) {
  const std::size_t dim = encoder_.dim();
  unit_.resize(texts.size() * dim);
  gradients_.resize(texts.size() * dim);
  const Matrix unit(unit_.data(), texts.size(), dim), gradients(gradients_.data(), texts.size(), dim);
  encoder_.encode(texts, unit);
  double sum = 0;
  for (std::size_t at = 0; at < texts.size(); ++at) {
    const float* target = targets_.data() + texts[at] * dim;
    const float weight = weights_[texts[at]];
    const float share = weight / static_cast<float>(texts.size());
    double cosine = 0;
    for (std::size_t i = 0; i < dim; ++i) {
      cosine += double(unit.row(at)[i]) * target[i];
      gradients.row(at)[i] = -share * target[i];
    }
    sum += weight * (1 - cosine);
  }
  const double loss = sum / double(texts.size());
  check_loss(loss, number);
  encoder_.learn(unit, gradients, learning_rate);
  return loss;
}

std::vector<double> Distiller::train(const TrainingSteps& steps, Progress& progress) {
  return take_steps(steps, weights_.size(), progress, [&](std::size_t number) {
    const std::size_t begin = number * steps.batch;
    const std::size_t size = std::min(steps.batch, steps.order.size() - begin);
    return step(steps.order.subspan(begin, size), steps.learning_rates[number], number);
  });
}

}  // namespace attune
