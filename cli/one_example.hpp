#pragma once

#include <gradus/dump/formula.hpp>
#include <gradus/graph/declare/graph.hpp>
#include <gradus/graph/declare/tensor.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gradus::cli {

/// The flags of `gradus jacobian`.
struct JacobianFlags {
  Index pixels = 784;
  std::string hidden = "64";
  Index classes = 10;
  std::string activation = "sigmoid";
  std::string init = "gaussian:0.5";
  std::uint64_t seed = 1;
  std::optional<std::string> of;
  std::optional<std::string> by;
  std::string format = "text";
  bool values = false;
};

/// One layer: a = f W + b of what is before it, f what the activation makes of it: none in the last.
struct DenseLayer {
  Expr weight, bias, a, f;
};

/// A network for one example, so that Jacobians with respect to weights are those of this example.
struct OneExample {
  std::shared_ptr<Graph> graph = std::make_shared<Graph>();
  Expr x, y, yhat, loss;
  std::vector<DenseLayer> layers;
};

/// Throws ValueError naming the flag for a size that no network can have.
OneExample declare(const JacobianFlags& flags);

/// A node, its name on the command line and its letter.
struct Lettered {
  std::string name;
  Formula letter;
  Expr node;
};

/// All nodes that have a letter, in the order of the network.
std::vector<Lettered> letters_of(const OneExample& network);

/// The node of a name, which may be its letter too. Throws NameError with the names there are.
Lettered find_lettered(const OneExample& network, const std::string& name);

/// The letter of one of the network's nodes.
Formula letter_of(const OneExample& network, Expr node);

/// a, 2 as a₂.
Formula indexed(std::string_view letter, std::size_t index);

/// ∂of/∂by as a fraction.
Formula derivative(Formula of, Formula by);

/// ∂a₂/∂b₂ without the brackets that a line of text has around products.
std::string derivative_text(const Formula& of, const Formula& by);

/// As text, ŷ being one character: a combining accent would be counted as a column of a table.
std::string in_text(const Formula& formula);

/// A node's value for an image that rises evenly from 0 to 1 and the target class 0.
Tensor<double> value_of(const OneExample& network, Expr e, std::uint64_t seed);

}  // namespace gradus::cli
