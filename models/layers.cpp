#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/ops/ops.hpp>

#include <fmt/format.h>

#include <utility>

namespace gradus {
namespace {

using Function = Expr (*)(Expr, Here);

const std::vector<std::pair<std::string, Function>>& activations() {
  static const std::vector<std::pair<std::string, Function>> all{
      {"sigmoid", sigmoid},
      {"tanh", tanh},
      {"relu", relu},
      {"leaky-relu", [](Expr x, Here here) { return leaky_relu(x, 0.01, here); }},
      {"elu", [](Expr x, Here here) { return elu(x, 1.0, here); }},
      {"gelu", gelu},
      {"softplus", softplus},
      {"linear", [](Expr x, Here) { return x; }},
  };
  return all;
}

}  // namespace

Expr dense(Expr x, Index units, const std::string& name, const Initialiser& weight, Here here) {
  Graph& graph = x.graph();
  if (x.shape().rank() != 2)
    throw ShapeError(
        fmt::format("the dense layer '{}'{} takes a matrix (batch, n), but '{}' is {}: reshape it first",
                    name, to_string(here), x.name(), to_string(x.shape())));
  const auto scope = graph.scope(name, here);
  const Expr w = graph.parameter("weight", {x.shape()[1], units}, weight, here);
  const Expr b = graph.parameter("bias", {units}, zeros(), here);
  return matmul(x, w, {}, here) + b;
}

Expr activation(const std::string& name, Expr x, Here here) {
  for (const auto& [known, function] : activations())
    if (known == name) return function(x, here);
  throw NameError(unknown_name("activation", name, activation_names()));
}

const std::vector<std::string>& activation_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const auto& [name, function] : activations()) result.push_back(name);
    return result;
  }();
  return names;
}

}  // namespace gradus
