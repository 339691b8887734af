#pragma once

#include <gradus/base/source_location.hpp>
#include <gradus/graph/declare/shape.hpp>

#include <span>
#include <string>
#include <vector>

namespace gradus {

class Graph;
class Node;
class Op;

/// A handle on a node of a graph: as cheap as a pointer, valid as long as its graph.
class Expr {
 public:
  Expr() = default;
  explicit Expr(const Node& node) : node_(&node) {}

  explicit operator bool() const { return node_ != nullptr; }
  /// Throws GraphError for an empty expression, as do all below.
  const Node& node() const {
    if (node_ == nullptr) refuse_empty();
    return *node_;
  }
  Graph& graph() const;

  const Op& op() const;
  const Shape& shape() const;
  const std::string& name() const;
  Expr input(std::size_t i) const;
  std::vector<Expr> inputs() const;

  /// Gives the node a name instead of the one derived from its op, and returns the same handle.
  /// Throws NameError when the name is taken.
  Expr named(const std::string& name) const;

  friend bool operator==(Expr a, Expr b) { return a.node_ == b.node_; }

 private:
  [[noreturn]] static void refuse_empty();

  const Node* node_ = nullptr;
};

using Exprs = std::vector<Expr>;

/// What stands on either side of an operator: an expression or a number, and the line it was written on.
struct Operand {
  // NOLINTBEGIN(google-explicit-constructor)
  /// Throws GraphError for an empty expression, which is no number.
  Operand(Expr e, SourceLocation h = SourceLocation::current()) : expr(e.node()), location(h) {}
  Operand(double v, SourceLocation h = SourceLocation::current()) : number(v), location(h) {}
  // NOLINTEND(google-explicit-constructor)

  Expr expr;
  double number = 0;
  SourceLocation location;
};

}  // namespace gradus
