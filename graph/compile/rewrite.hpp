#pragma once

#include <gradus/graph/declare/core_ops.hpp>

#include <functional>
#include <memory>

namespace gradus {

/// A graph on its way through the compiler, and its outputs.
struct LoweredGraph {
  std::shared_ptr<const Graph> graph;
  Exprs roots;
  Mode mode = Mode::inference;
  /// Which rules the last pass applied: each with the name of the node that it replaced.
  std::vector<std::pair<std::string, const Rule*>> applied = {};
};

class Rewriter;

/// What a pass makes of one node, whose inputs it has rewritten already: a copy, or something else.
using Visit = std::function<Expr(Rewriter& rewriter, const Node& old, const Exprs& inputs)>;

/// Builds a new graph from the nodes that the roots need. Names, origins and source lines stay with what
/// replaces a node. Nodes that compute the same are one: whatever is equal to a node that was made
/// before is that node.
class Rewriter {
 public:
  /// `rules_stay`: nodes still say which rule made them.
  explicit Rewriter(const Graph& from, bool rules_stay = false);

  Graph& graph() { return *to_; }

  /// The node as it was, on the new inputs.
  Expr copy(const Node& old, const Exprs& inputs);

  /// What the new nodes that replace `old` have in common with it.
  Graph::Guard in_place_of(const Node& old);

  /// The same for all nodes made from now on.
  void stand_for(const Node& old);

  /// The rule that makes nodes from now on.
  void follow(const Rule* rule);

  std::shared_ptr<Graph> take() { return std::move(to_); }

 private:
  std::shared_ptr<Graph> to_;
  bool rules_stay_;
};

LoweredGraph rewrite(const LoweredGraph& from, const Visit& visit, bool rules_stay = false);

/// For every node of the graph: do the roots need it?
std::vector<char> needed_by(const Graph& graph, const Exprs& roots);

}  // namespace gradus
