#pragma once

#include <gradus/graph/graph.hpp>

#include <functional>
#include <memory>

namespace gradus {

/// A graph on its way through the compiler, and the nodes whose values are wanted.
struct Lowering {
  std::shared_ptr<Graph> graph;
  Exprs roots;
};

/// What a pass makes of one node, whose inputs it has rewritten already: a copy, or something else.
class Rewriter;
using Rule = std::function<Expr(Rewriter& rewriter, const Node& old, const Exprs& inputs)>;

/// Builds a new graph from the nodes that the roots need. Names, sections, derivations and source lines stay
/// with what replaces a node.
class Rewriter {
 public:
  explicit Rewriter(const Graph& from);

  Graph& graph() { return *to_; }

  /// The node as it was, on the new inputs.
  Expr copy(const Node& old, const Exprs& inputs);

  /// What the new nodes that replace `old` have in common with it.
  Graph::Guard in_place_of(const Node& old);

  /// The same for all nodes made from now on.
  void stand_for(const Node& old);

  std::shared_ptr<Graph> take() { return std::move(to_); }

 private:
  std::shared_ptr<Graph> to_;
};

Lowering rewrite(const Graph& from, const Exprs& roots, const Rule& rule);

/// For every node of the graph: do the roots need it?
std::vector<char> needed_by(const Graph& graph, const Exprs& roots);

}  // namespace gradus
