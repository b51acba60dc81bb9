// A BERT encoder in double, one text at a time, forward and back, as plain as the formulas: what the trainer is judged by.
#pragma once
#include <cmath>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "encoder/pooling.h"
#include "encoder/relative_bias.h"
#include "encoder/transformer_config.h"

namespace attune {

class TransformerTwin {
 public:
  using Values = std::map<std::string, std::vector<double>>;
  using Rows = std::vector<std::vector<double>>;

  TransformerTwin(const TransformerConfig& config, Pooling pooling,
                  const std::map<std::string, std::vector<float>>& values)
      : config_(config), pooling_(pooling) {
    for (const auto& [name, tensor] : values) {
      weights[name] = {tensor.begin(), tensor.end()};
      gradients[name] = std::vector<double>(tensor.size());
    }
  }

  Values weights, gradients;

  // The vector of a text, of unit length.
  std::vector<double> encode(std::span<const std::int32_t> ids) {
    kept_.clear();
    Rows x(ids.size(), std::vector<double>(config_.hidden_size));
    for (std::size_t t = 0; t < ids.size(); ++t) {
      for (std::size_t i = 0; i < config_.hidden_size; ++i) {
        x[t][i] = word(ids[t], i) + position(t, i) + weights.at("embeddings.token_type_embeddings.weight")[i];
      }
    }
    embedding_sum_ = x;
    x = norm("embeddings.LayerNorm", x);
    for (std::size_t layer = 0; layer < config_.layers; ++layer) x = layer_forward(layer, x);
    last_ = x;
    pooled_ = pooled(x);
    std::vector<double> unit = pooled_;
    const double length = size_of(unit);
    for (double& value : unit) value = length > 0 ? value / length : 0;
    return unit;
  }

  // Adds d loss / d weights, for the text of the last encode, from d loss / d its vector.
  void back(std::span<const std::int32_t> ids, std::vector<double> gradient) {
    const double length = size_of(pooled_);
    if (length == 0) return;
    double along = 0;
    for (std::size_t i = 0; i < gradient.size(); ++i) along += gradient[i] * pooled_[i] / length;
    for (std::size_t i = 0; i < gradient.size(); ++i)
      gradient[i] = (gradient[i] - along * pooled_[i] / length) / length;
    Rows dx = pooled_back(gradient);
    for (std::size_t layer = config_.layers; layer-- > 0;) dx = layer_back(layer, dx);
    dx = norm_back("embeddings.LayerNorm", embedding_sum_, dx);
    for (std::size_t t = 0; t < ids.size(); ++t) {
      for (std::size_t i = 0; i < config_.hidden_size; ++i) {
        gradients.at("embeddings.word_embeddings.weight")[std::size_t(ids[t]) * config_.hidden_size + i] +=
            dx[t][i];
        gradients.at(
            "embeddings.position_embeddings.weight")[(config_.position_offset + t) * config_.hidden_size +
                                                     i] += dx[t][i];
        gradients.at("embeddings.token_type_embeddings.weight")[i] += dx[t][i];
      }
    }
  }

 private:
  struct Kept {
    Rows input, query, key, value, context, attention_sum, attention, intermediate, activated, output_sum;
    std::vector<Rows> probabilities;  // of each head
  };

  static double size_of(const std::vector<double>& x) {
    double squares = 0;
    for (const double value : x) squares += value * value;
    return std::sqrt(squares);
  }
  double word(std::int32_t id, std::size_t i) const {
    return weights.at("embeddings.word_embeddings.weight")[std::size_t(id) * config_.hidden_size + i];
  }
  double position(std::size_t t, std::size_t i) const {
    return weights.at(
        "embeddings.position_embeddings.weight")[(config_.position_offset + t) * config_.hidden_size + i];
  }
  static Rows sum(Rows a, const Rows& b) {
    for (std::size_t t = 0; t < a.size(); ++t)
      for (std::size_t i = 0; i < a[t].size(); ++i) a[t][i] += b[t][i];
    return a;
  }

  Rows linear(const std::string& name, const Rows& x) const {
    const std::vector<double>&weight = weights.at(name + ".weight"), &bias = weights.at(name + ".bias");
    Rows y(x.size(), bias);
    for (std::size_t t = 0; t < x.size(); ++t)
      for (std::size_t o = 0; o < bias.size(); ++o)
        for (std::size_t i = 0; i < x[t].size(); ++i) y[t][o] += weight[o * x[t].size() + i] * x[t][i];
    return y;
  }
  Rows linear_back(const std::string& name, const Rows& x, const Rows& dy) {
    const std::vector<double>& weight = weights.at(name + ".weight");
    std::vector<double>&dw = gradients.at(name + ".weight"), &db = gradients.at(name + ".bias");
    Rows dx(x.size(), std::vector<double>(x.empty() ? 0 : x[0].size()));
    for (std::size_t t = 0; t < x.size(); ++t) {
      for (std::size_t o = 0; o < db.size(); ++o) {
        db[o] += dy[t][o];
        for (std::size_t i = 0; i < x[t].size(); ++i) {
          dw[o * x[t].size() + i] += dy[t][o] * x[t][i];
          dx[t][i] += dy[t][o] * weight[o * x[t].size() + i];
        }
      }
    }
    return dx;
  }

  struct Moments {
    double mean = 0, scale = 0;
  };
  Moments moments(const std::vector<double>& x) const {
    Moments m;
    double variance = 0;
    for (const double value : x) m.mean += value / double(x.size());
    for (const double value : x) variance += (value - m.mean) * (value - m.mean) / double(x.size());
    m.scale = 1 / std::sqrt(variance + double(config_.layer_norm_eps));
    return m;
  }
  Rows norm(const std::string& name, Rows x) const {
    for (std::vector<double>& row : x) {
      const Moments m = moments(row);
      for (std::size_t i = 0; i < row.size(); ++i)
        row[i] =
            (row[i] - m.mean) * m.scale * weights.at(name + ".weight")[i] + weights.at(name + ".bias")[i];
    }
    return x;
  }
  Rows norm_back(const std::string& name, const Rows& x, Rows dy) {
    for (std::size_t t = 0; t < x.size(); ++t) {
      const Moments m = moments(x[t]);
      const double dim = double(x[t].size());
      double along = 0, across = 0;
      for (std::size_t i = 0; i < x[t].size(); ++i) {
        const double normal = (x[t][i] - m.mean) * m.scale, h = dy[t][i] * weights.at(name + ".weight")[i];
        gradients.at(name + ".weight")[i] += dy[t][i] * normal;
        gradients.at(name + ".bias")[i] += dy[t][i];
        along += h / dim;
        across += h * normal / dim;
        dy[t][i] = h;
      }
      for (std::size_t i = 0; i < x[t].size(); ++i)
        dy[t][i] = (dy[t][i] - along - (x[t][i] - m.mean) * m.scale * across) * m.scale;
    }
    return dy;
  }

  static constexpr double kPi = 3.14159265358979323846;
  double activated(double x) const {
    if (config_.activation == Activation::relu) return x > 0 ? x : 0;
    if (config_.activation == Activation::gelu) return 0.5 * x * std::erfc(-x * std::sqrt(0.5));
    return 0.5 * x * (1 + std::tanh(std::sqrt(2 / kPi) * (x + 0.044715 * x * x * x)));
  }
  double slope(double x) const {
    if (config_.activation == Activation::relu) return x > 0 ? 1 : 0;
    if (config_.activation == Activation::gelu)
      return 0.5 * std::erfc(-x * std::sqrt(0.5)) + x * std::exp(-0.5 * x * x) / std::sqrt(2 * kPi);
    const double t = std::tanh(std::sqrt(2 / kPi) * (x + 0.044715 * x * x * x));
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * std::sqrt(2 / kPi) * (1 + 3 * 0.044715 * x * x);
  }

  std::size_t bucket(std::size_t query, std::size_t key) const {
    return relative_bucket(std::ptrdiff_t(key) - std::ptrdiff_t(query), config_.relative_buckets);
  }
  double bias(std::size_t query, std::size_t key, std::size_t head) const {
    if (config_.relative_buckets == 0) return 0;
    return weights.at(kRelativeBiasName)[bucket(query, key) * config_.heads + head];
  }

  Rows layer_forward(std::size_t number, const Rows& x) {
    const std::string prefix = "encoder.layer." + std::to_string(number) + ".";
    const std::size_t head_dim = config_.hidden_size / config_.heads;
    Kept kept;
    kept.input = x;
    kept.query = linear(prefix + "attention.self.query", x);
    kept.key = linear(prefix + "attention.self.key", x);
    kept.value = linear(prefix + "attention.self.value", x);
    kept.context = Rows(x.size(), std::vector<double>(config_.hidden_size));
    for (std::size_t head = 0; head < config_.heads; ++head) {
      Rows p(x.size(), std::vector<double>(x.size()));
      for (std::size_t a = 0; a < x.size(); ++a) {
        double top = -INFINITY, total = 0;
        for (std::size_t b = 0; b < x.size(); ++b) {
          for (std::size_t i = head * head_dim; i < (head + 1) * head_dim; ++i)
            p[a][b] += kept.query[a][i] * kept.key[b][i] / std::sqrt(double(head_dim));
          p[a][b] += bias(a, b, head);
          top = std::max(top, p[a][b]);
        }
        for (double& value : p[a]) total += value = std::exp(value - top);
        for (double& value : p[a]) value /= total;
        for (std::size_t b = 0; b < x.size(); ++b)
          for (std::size_t i = head * head_dim; i < (head + 1) * head_dim; ++i)
            kept.context[a][i] += p[a][b] * kept.value[b][i];
      }
      kept.probabilities.push_back(p);
    }
    kept.attention_sum = sum(linear(prefix + "attention.output.dense", kept.context), x);
    kept.attention = norm(prefix + "attention.output.LayerNorm", kept.attention_sum);
    kept.intermediate = linear(prefix + "intermediate.dense", kept.attention);
    kept.activated = kept.intermediate;
    for (std::vector<double>& row : kept.activated)
      for (double& value : row) value = activated(value);
    kept.output_sum = sum(linear(prefix + "output.dense", kept.activated), kept.attention);
    kept_.push_back(kept);
    return norm(prefix + "output.LayerNorm", kept.output_sum);
  }

  Rows layer_back(std::size_t number, Rows dy) {
    const std::string prefix = "encoder.layer." + std::to_string(number) + ".";
    const std::size_t head_dim = config_.hidden_size / config_.heads;
    const Kept& kept = kept_[number];
    dy = norm_back(prefix + "output.LayerNorm", kept.output_sum, dy);
    Rows wide = linear_back(prefix + "output.dense", kept.activated, dy);
    for (std::size_t t = 0; t < wide.size(); ++t)
      for (std::size_t i = 0; i < wide[t].size(); ++i) wide[t][i] *= slope(kept.intermediate[t][i]);
    dy = sum(dy, linear_back(prefix + "intermediate.dense", kept.attention, wide));
    dy = norm_back(prefix + "attention.output.LayerNorm", kept.attention_sum, dy);
    const Rows context = linear_back(prefix + "attention.output.dense", kept.context, dy);
    const Rows zero(context.size(), std::vector<double>(config_.hidden_size));
    Rows query = zero, key = zero, value = zero;
    for (std::size_t head = 0; head < config_.heads; ++head) {
      const Rows& p = kept.probabilities[head];
      const std::size_t begin = head * head_dim, end = begin + head_dim;
      for (std::size_t a = 0; a < context.size(); ++a) {
        std::vector<double> dp(context.size());
        double along = 0;
        for (std::size_t b = 0; b < context.size(); ++b) {
          for (std::size_t i = begin; i < end; ++i) {
            dp[b] += context[a][i] * kept.value[b][i];
            value[b][i] += p[a][b] * context[a][i];
          }
          along += dp[b] * p[a][b];
        }
        for (std::size_t b = 0; b < context.size(); ++b) {
          const double dscore = p[a][b] * (dp[b] - along), dz = dscore / std::sqrt(double(head_dim));
          if (config_.relative_buckets > 0)
            gradients.at(kRelativeBiasName)[bucket(a, b) * config_.heads + head] += dscore;
          for (std::size_t i = begin; i < end; ++i) {
            query[a][i] += dz * kept.key[b][i];
            key[b][i] += dz * kept.query[a][i];
          }
        }
      }
    }
    dy = sum(dy, linear_back(prefix + "attention.self.query", kept.input, query));
    dy = sum(dy, linear_back(prefix + "attention.self.key", kept.input, key));
    return sum(dy, linear_back(prefix + "attention.self.value", kept.input, value));
  }

  std::vector<double> pooled(const Rows& x) const {
    std::vector<double> out(config_.hidden_size);
    if (x.empty()) return out;
    if (pooling_ == Pooling::cls) return x.front();
    if (pooling_ == Pooling::lasttoken) return x.back();
    for (std::size_t i = 0; i < out.size(); ++i) {
      double total = 0, most = -INFINITY;
      for (const std::vector<double>& row : x) {
        total += row[i];
        most = std::max(most, row[i]);
      }
      if (pooling_ == Pooling::max) out[i] = most;
      if (pooling_ == Pooling::mean) out[i] = total / double(x.size());
      if (pooling_ == Pooling::mean_sqrt_len) out[i] = total / std::sqrt(double(x.size()));
    }
    return out;
  }
  Rows pooled_back(const std::vector<double>& gradient) const {
    Rows dx(last_.size(), std::vector<double>(gradient.size()));
    for (std::size_t t = 0; t < dx.size(); ++t) {
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        if (pooling_ == Pooling::mean) dx[t][i] = gradient[i] / double(dx.size());
        if (pooling_ == Pooling::mean_sqrt_len) dx[t][i] = gradient[i] / std::sqrt(double(dx.size()));
        if (pooling_ == Pooling::cls && t == 0) dx[t][i] = gradient[i];
        if (pooling_ == Pooling::lasttoken && t + 1 == dx.size()) dx[t][i] = gradient[i];
        if (pooling_ == Pooling::max && last_[t][i] == pooled_[i]) dx[t][i] = gradient[i];
      }
    }
    return dx;
  }

  TransformerConfig config_;
  Pooling pooling_;
  Rows embedding_sum_, last_;
  std::vector<double> pooled_;
  std::vector<Kept> kept_;
};

}  // namespace attune
