#pragma once

#include <gradus/dump/formula.hpp>
#include <gradus/graph/declare/graph.hpp>

#include <set>
#include <unordered_map>

namespace gradus {

/// Textbook symbols for the nodes of a graph, no two alike.
///
/// A name of one letter, with digits or without, is the symbol itself (x1 as x₁, alpha as α). Parameters of
/// the l-th layer (a scope that holds parameters) are W_l and b_l, what is computed of them z_l, and an
/// elementwise function of z_l is a_l. Names this field uses have their letter: image x, label y, target t,
/// probabilities p, loss L, learning_rate η … Everything else keeps its name, upright.
class Symbols {
 public:
  explicit Symbols(const Graph& graph);

  /// The node's symbol, chosen at the first call. `value` is what the node is written as, for nodes that
  /// compute something; `objective`: it is what is minimised, and no name was given to it.
  Formula of(const Node& node, const Formula& value = {}, bool objective = false);

  /// `wanted`, numbered where another symbol looks the same: x, x⁽²⁾ …
  Formula unique(const Formula& wanted);

 private:
  Formula choose(const Node& node, const Formula& value, bool objective);
  Formula of_variable(const Variable& variable);
  Formula of_layer_node(const Node& node, const Formula& value);
  std::string effective_name(const Node& node) const;

  const Graph& graph_;
  std::unordered_map<std::string_view, std::size_t> layers_;  ///< by scope, from 1
  std::unordered_map<const Node*, std::size_t> pre_activations_;
  std::unordered_map<const Node*, Formula> chosen_;
  std::unordered_map<std::size_t, std::vector<Formula>> layer_parameters_;
  std::unordered_map<std::string_view, std::size_t> users_in_scope_;
  std::set<std::string> taken_;
};

}  // namespace gradus
