#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/models/cnn.hpp>
#include <gradus/models/network_builder.hpp>
#include <gradus/ops/average_pool.hpp>
#include <gradus/ops/flatten.hpp>
#include <gradus/ops/max_pool.hpp>
#include <gradus/ops/mean.hpp>
#include <gradus/ops/reshape.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

Expr pool(const std::string& name, Expr x, Here here) {
  if (name == "max") return max_pool(x, 2, {}, here);
  if (name == "average") return average_pool(x, 2, {}, here);
  if (name == "none") return x;
  throw NameError(unknown_name("pooling", name, pooling_names()));
}

Expr head(const std::string& name, Expr x, Here here) {
  if (name == "flatten") return flatten(x, here);
  if (name == "average") return mean(x, {2, 3}, KeepAxes::no, here);
  throw NameError(unknown_name("head", name, head_names()));
}

}  // namespace

const std::vector<std::string>& pooling_names() {
  static const std::vector<std::string> names{"max", "average", "none"};
  return names;
}

const std::vector<std::string>& head_names() {
  static const std::vector<std::string> names{"flatten", "average"};
  return names;
}

Classifier cnn(Graph& graph, const CnnConfig& config, Here here) {
  if (config.pool_every < 1)
    throw ValueError(fmt::format("a pooling follows at least 1 convolution, not {}", config.pool_every));
  const auto whole = graph.declaration();
  NetworkBuilder network(
      graph, {config.activation, config.normalisation, config.dropout, config.init, config.parts}, here);
  const Expr image = graph.input("image", {batch, config.rows * config.columns}, here);
  Expr h = reshape(image, {batch, 1, config.rows, config.columns}, here);
  for (std::size_t i = 0; i < config.channels.size(); ++i) {
    const std::string name = fmt::format("conv{}", i + 1);
    h = network.conv2d(h, config.channels[i], config.kernel, config.padding, name);
    if ((static_cast<Index>(i) + 1) % config.pool_every == 0) {
      const auto scope = graph.scope(name, here);
      h = network.add(pool(config.pooling, h, here), fmt::format("pool{}", i + 1),
                      config.pooling + " pooling 2 × 2");
    }
    h = network.activate(h, name);
  }
  h = network.add(head(config.head, h, here), config.head,
                  config.head == "average" ? "mean of each channel" : "");
  return network.classify(image, h, config.hidden, config.classes, config.loss);
}

}  // namespace gradus
