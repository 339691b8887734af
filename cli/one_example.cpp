#include <gradus/base/error.hpp>
#include <gradus/base/nearest.hpp>
#include <gradus/cli/one_example.hpp>
#include <gradus/dump/formula_tree.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/models/activation.hpp>
#include <gradus/models/layers.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/train/settings.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus::cli {
namespace {

void check_range(const char* name, Index value) {
  if (value < 1 || value > 1000000)
    throw ValueError(fmt::format("{} takes a number from 1 to 1000000, not {}", name, value));
}

/// The image rises evenly from 0 to 1; the target is class 0.
std::vector<Tensor<double>> numbers_fed(const OneExample& network) {
  Tensor<double> image(network.x.shape().at(1));
  for (Index i = 0; i < image.size(); ++i)
    image[i] = static_cast<double>(i + 1) / static_cast<double>(image.size());
  Tensor<double> target(network.y.shape().at(1));
  for (Index i = 0; i < target.size(); ++i) target[i] = i == 0 ? 1 : 0;
  return {std::move(image), std::move(target)};
}

}  // namespace

std::string in_text(const Formula& formula) {
  constexpr std::string_view combined = "y\u0302";
  std::string text = to_text(formula);
  for (std::size_t at = text.find(combined); at != std::string::npos; at = text.find(combined))
    text.replace(at, combined.size(), "ŷ");
  return text;
}

Formula indexed(std::string_view letter, std::size_t index) {
  return formula::scripts(formula::symbol(std::string(letter)), formula::number(std::to_string(index)), {});
}

OneExample declare(const JacobianFlags& flags) {
  check_range("--pixels", flags.pixels);
  check_range("--classes", flags.classes);
  OneExample network;
  Graph& graph = *network.graph;
  const Initialiser init = parse_initialiser(flags.init);
  network.x = graph.input("x", {1, flags.pixels});
  Expr f = network.x;
  const auto layer = [&](Index units, const std::string& name, bool last) {
    const std::string number = std::to_string(network.layers.size() + 1);
    const Expr a = dense(f, units, name, init).named("a" + number);
    f = last ? Expr() : activation(flags.activation, a).named("f" + number);
    network.layers.push_back({graph.find(name + "/weight"), graph.find(name + "/bias"), a, f});
  };
  for (const Index units : parse_sizes("--hidden", flags.hidden)) {
    check_range("each size of --hidden", units);
    layer(units, fmt::format("hidden{}", network.layers.size() + 1), false);
  }
  layer(flags.classes, "output", true);
  network.yhat = softmax(network.layers.back().a).named("ŷ");
  network.y = graph.input("y", {1, flags.classes});
  network.loss = sum(cross_entropy(network.yhat, network.y)).named("L");
  return network;
}

std::vector<Lettered> letters_of(const OneExample& network) {
  std::vector<Lettered> all{{"x", formula::symbol("x"), network.x}, {"y", formula::symbol("y"), network.y}};
  for (std::size_t l = 1; l <= network.layers.size(); ++l) {
    const DenseLayer& layer = network.layers[l - 1];
    const auto add = [&](const char* letter, Expr node) {
      if (node) all.push_back({letter + std::to_string(l), indexed(letter, l), node});
    };
    add("W", layer.weight);
    add("b", layer.bias);
    add("a", layer.a);
    add("f", layer.f);
  }
  all.push_back({"yhat", formula::accent("hat", formula::symbol("y")), network.yhat});
  all.push_back({"L", formula::symbol("L"), network.loss});
  return all;
}

Lettered find_lettered(const OneExample& network, const std::string& name) {
  std::vector<std::string> known;
  for (const Lettered& each : letters_of(network)) {
    if (each.name == name || in_text(each.letter) == name) return each;
    known.push_back(each.name);
  }
  throw NameError(unknown_name("node", name, known));
}

Formula letter_of(const OneExample& network, Expr node) {
  for (const Lettered& each : letters_of(network))
    if (&each.node.node() == &node.node()) return each.letter;
  throw InternalError("a node without a letter");
}

Formula derivative(Formula of, Formula by) {
  const auto partial = [](Formula letter) {
    return formula::row({formula::symbol("∂"), std::move(letter)}, Formula::Binding::product);
  };
  return formula::fraction(partial(std::move(of)), partial(std::move(by)));
}

std::string derivative_text(const Formula& of, const Formula& by) {
  return fmt::format("∂{}/∂{}", in_text(of), in_text(by));
}

Tensor<double> value_of(const OneExample& network, Expr e, std::uint64_t seed) {
  const auto needed = needed_by(*network.graph, {e});
  const std::vector<Tensor<double>> numbers = numbers_fed(network);
  std::vector<Feed<double>> feeds;
  if (needed[network.x.node().id()] != 0) feeds.emplace_back(network.x, numbers[0]);
  if (needed[network.y.node().id()] != 0) feeds.emplace_back(network.y, numbers[1]);
  const auto program = compile<double>(*network.graph, {e});
  State<double> state(*network.graph, seed);
  const Results<double> results = program.run(state, feeds);
  const View<const double> view = results[e];
  Tensor<double> copy(view.extents);
  std::ranges::copy(view.span(), copy.data());
  return copy;
}

}  // namespace gradus::cli
