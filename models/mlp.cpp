#include <gradus/models/mlp.hpp>
#include <gradus/models/network_builder.hpp>

namespace gradus {

Classifier mlp(Graph& graph, const MlpConfig& config, Here here) {
  const auto whole = graph.declaration();
  NetworkBuilder network(
      graph, {config.activation, config.normalisation, config.dropout, config.init, config.parts}, here);
  const Expr image = graph.input("image", {batch, config.pixels}, here);
  return network.classify(image, image, config.hidden, config.classes, config.loss);
}

}  // namespace gradus
