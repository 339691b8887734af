#include <gradus/base/error.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/models/mlp.hpp>

#include <fmt/format.h>

namespace gradus {

Classifier mlp(Graph& graph, const MlpConfig& config, Here here) {
  for (const Index units : config.hidden)
    if (units < 1) throw ValueError(fmt::format("a hidden layer has at least 1 unit, not {}", units));

  const Initialiser init = parse_initialiser(config.init);
  const Expr image = graph.input("image", {batch, config.pixels}, here);
  std::vector<Layer> layers;
  Exprs weights;

  Expr h = image;
  const auto layer = [&](Index units, const std::string& name, const std::string& kind) {
    const Index inputs = h.shape()[1].at(1);
    h = dense(h, units, name, init, here);
    weights.push_back(graph.find(name + "/weight"));
    layers.push_back({name, kind, h.shape(), inputs * units + units});
  };
  for (std::size_t i = 0; i < config.hidden.size(); ++i) {
    const std::string name = fmt::format("hidden{}", i + 1);
    layer(config.hidden[i], name, "dense, " + config.activation);
    const auto scope = graph.scope(name, here);
    h = activation(config.activation, h, here);
  }
  layer(config.classes, "output", "dense, softmax");

  Classifier model = classify(image, h, weights, config.loss, here);
  model.layers = std::move(layers);
  return model;
}

}  // namespace gradus
