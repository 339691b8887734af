#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/models/network_builder.hpp>
#include <gradus/ops/dropout.hpp>

#include <fmt/format.h>

namespace gradus {

const std::vector<std::string>& normalisation_names() {
  static const std::vector<std::string> names{"none", "batch", "layer"};
  return names;
}

NetworkBuilder::NetworkBuilder(Graph& graph, LayerConfig config, Here here)
    : graph_(graph),
      config_(std::move(config)),
      here_(here),
      init_(config_.parts->initialisers.parse(config_.init)),
      activation_(config_.parts->activations.parse(config_.activation)) {
  require_known("normalisation", config_.normalisation, normalisation_names());
}

Expr NetworkBuilder::conv2d(Expr x, Index channels, Index kernel, Index padding, const std::string& name) {
  if (channels < 1) throw ValueError(fmt::format("a convolution has at least 1 channel, not {}", channels));
  if (kernel < 1) throw ValueError(fmt::format("a kernel has at least 1 row, not {}", kernel));
  const Bias bias = config_.normalisation == "batch" ? Bias::no : Bias::yes;
  const Expr y = gradus::conv2d(x, channels, kernel, name, {.padding = padding}, bias, init_, here_);
  const Expr w = graph_.find(name + "/weight");
  weights_.push_back(w);
  const Index weights = w.shape().count(1);
  const Index pixels = y.shape().count(1) / channels;
  layers_.push_back({name, fmt::format("{0} × {0} convolution", kernel), y.shape(),
                     weights + (bias == Bias::yes ? channels : 0), weights * pixels});
  return y;
}

Expr NetworkBuilder::activate(Expr x, const std::string& name) {
  if (config_.normalisation == "batch") x = batch_norm(x, name + "/norm", here_);
  if (config_.normalisation == "layer") x = layer_norm(x, name + "/norm", here_);
  if (config_.normalisation != "none") {
    layers_.back().parameters += graph_.find(name + "/norm/scale").shape().count(1) * 2;
    layers_.back().kind += fmt::format(", {} norm", config_.normalisation);
  }
  layers_.back().kind += ", " + activation_.text();
  const auto scope = graph_.scope(name, here_);
  return activation_(x, here_);
}

Expr NetworkBuilder::add(Expr x, const std::string& name, const std::string& kind) {
  if (layers_.empty() || x.shape() != layers_.back().output) layers_.push_back({name, kind, x.shape(), 0, 0});
  return x;
}

Expr NetworkBuilder::dense(Expr x, Index units, const std::string& name, const std::string& kind) {
  const Index inputs = x.shape()[1].at(1);
  const Expr y = gradus::dense(x, units, name, init_, here_);
  weights_.push_back(graph_.find(name + "/weight"));
  layers_.push_back({name, kind, y.shape(), inputs * units + units, inputs * units});
  return y;
}

Classifier NetworkBuilder::classify(Expr image, Expr x, const std::vector<Index>& hidden, Index classes,
                                    const LossConfig& loss) {
  for (std::size_t i = 0; i < hidden.size(); ++i) {
    if (hidden[i] < 1) throw ValueError(fmt::format("a hidden layer has at least 1 unit, not {}", hidden[i]));
    const std::string name = fmt::format("hidden{}", i + 1);
    x = activate(dense(x, hidden[i], name, "dense"), name);
    if (config_.dropout > 0) layers_.back().kind += fmt::format(", dropout {}", config_.dropout);
    const auto scope = graph_.scope(name, here_);
    x = dropout(x, config_.dropout, here_);
  }
  x = dense(x, classes, "output", "dense, softmax");
  Classifier model = gradus::classify(image, x, weights_, loss, here_);
  model.layers = layers_;
  return model;
}

}  // namespace gradus
