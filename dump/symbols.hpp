#pragma once

#include <gradus/dump/formula.hpp>
#include <gradus/graph/declare/graph.hpp>

#include <set>
#include <unordered_map>

namespace gradus {

/// What a value is to its graph where no name says so.
enum class Role {
  other,
  objective,  ///< it is what is minimised
  losses      ///< one number for each example, of which the objective is the mean or the sum
};

/// Textbook symbols for the nodes of a graph, no two alike.
///
/// A name of one letter, with digits or without, is the symbol itself (x1 as x₁, alpha as α). Parameters of
/// the l-th layer (a scope that holds parameters) are W_l and b_l, a convolution's kernel is K_l; what is
/// computed of them is z_l, an elementwise function of z_l is a_l, and what else the layer makes of these
/// (pooled, with dropout) is h_l. Names this field uses have their letter: image x, class label c, target t,
/// probabilities p, loss L, learning_rate η … Everything else keeps its name, upright. No letter is y, which
/// is the value of any op where its derivative is given as a rule.
class Symbols {
 public:
  explicit Symbols(const Graph& graph);

  /// The node's symbol, chosen at the first call. `value` is what the node is written as, for nodes that
  /// compute something.
  Formula of(const Node& node, const Formula& value = {}, Role role = Role::other);

  /// δ_l for a node that is on the way back through the l-th layer; empty for any other.
  Formula error_of(const Node& node);

  /// Is it in a layer that has a number?
  bool is_in_layer(const Node& node) const { return layers_.contains(node.scope()); }

  /// `wanted`, numbered where another symbol looks the same: x, x⁽²⁾ …
  Formula unique(const Formula& wanted);

 private:
  Formula choose(const Node& node, const Formula& value, Role role);
  Formula of_variable(const Variable& variable);
  Formula of_layer_node(const Node& node, const Formula& value);
  Formula of_part(const Node& node) const;
  std::string effective_name(const Node& node) const;

  const Graph& graph_;
  std::unordered_map<std::string_view, std::size_t> layers_;  ///< by scope, from 1
  std::unordered_map<const Node*, std::size_t> pre_activations_;
  std::unordered_map<std::size_t, std::size_t> made_of_layer_;  ///< how many h_l there are
  std::unordered_map<const Node*, Formula> chosen_;
  std::unordered_map<std::size_t, std::vector<Formula>> layer_parameters_;
  std::unordered_map<std::string_view, std::size_t> users_in_scope_;
  std::set<std::string> taken_;
};

}  // namespace gradus
