#pragma once

#include <gradus/graph/declare/op.hpp>

#include <string>
#include <vector>

namespace gradus {

class Rule;

/// Which part of a training step a node belongs to.
enum class Section { forward, backward, update };

std::string_view to_string(Section section);

/// Which node's VJP, for which of its inputs, made a backward node. Names last through every pass.
struct Derivation {
  std::string of;  ///< empty for a node that no VJP made
  std::size_t input = 0;

  explicit operator bool() const { return !of.empty(); }
};

/// One value of a graph. What it computes (op, inputs, shape) never changes once it is made.
class Node {
 public:
  std::size_t id() const { return id_; }             ///< inputs have smaller ids
  const std::string& name() const { return name_; }  ///< unique in its graph, scopes before '/'
  std::string_view scope() const;                    ///< the name up to its last '/'
  const Op& op() const { return *op_; }
  const OpPtr& shared_op() const { return op_; }
  const std::vector<const Node*>& inputs() const { return inputs_; }
  const Shape& shape() const { return shape_; }
  Section section() const { return section_; }
  const Derivation& derivation() const { return derivation_; }
  SourceLocation location() const { return here_; }  ///< the user's line
  /// The compiler's rule that made it, of the pass that ran last; null for any other node.
  const Rule* rule() const { return rule_; }
  Graph& graph() const { return *graph_; }

 private:
  friend class Graph;
  friend class EqualNodes;
  Node() = default;

  std::size_t id_ = 0;
  std::string name_;
  bool named_ = false;
  OpPtr op_;
  std::vector<const Node*> inputs_;
  Shape shape_;
  Section section_ = Section::forward;
  Derivation derivation_;
  SourceLocation here_ = SourceLocation::unknown();
  const Rule* rule_ = nullptr;
  std::size_t op_hash_ = 0;  ///< of type and attributes; 0 where nobody has asked
  Graph* graph_ = nullptr;
};

}  // namespace gradus
