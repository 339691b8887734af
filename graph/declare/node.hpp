#pragma once

#include <gradus/graph/declare/op.hpp>

#include <optional>
#include <string>
#include <vector>

namespace gradus {

class Rule;

/// Which part of a training step a node belongs to.
enum class Section { forward, backward, update };

std::string_view to_string(Section section);

/// "a/b" of "a/b/c".
std::string_view scope_of(std::string_view name);

/// "c" of "a/b/c"; a name that ends in a slash as it is.
std::string_view last_part(std::string_view name);

/// Where a node comes from. It lasts through every pass, and no name has to be read for it.
struct Origin {
  Section section = Section::forward;
  /// The name of the node that it was made for: of a backward node the one whose VJP it is part of or whose
  /// gradient it sums, of an update node the variable it belongs to. Empty for what belongs to none.
  std::string of = {};
  /// For which input of `of` its VJP made the node; none where no VJP did.
  std::optional<std::size_t> vjp_input = {};
  /// A setting: while it is 1, every step is an update with the gradients accumulated so far.
  bool flush = false;
};

/// One value of a graph. What it computes (op, inputs, shape) never changes once it is made.
class Node {
 public:
  std::size_t id() const { return id_; }             ///< inputs have smaller ids
  const std::string& name() const { return name_; }  ///< unique in its graph, scopes before '/'
  std::string_view scope() const { return scope_of(name_); }
  const Op& op() const { return *op_; }
  const OpPtr& shared_op() const { return op_; }
  const std::vector<const Node*>& inputs() const { return inputs_; }
  const Shape& shape() const { return shape_; }
  const Origin& origin() const { return origin_; }
  Section section() const { return origin_.section; }
  bool is_named() const { return named_; }               ///< by who declared it, not after its op
  SourceLocation location() const { return location_; }  ///< the user's line
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
  Origin origin_;
  SourceLocation location_ = SourceLocation::unknown();
  const Rule* rule_ = nullptr;
  std::size_t op_hash_ = 0;  ///< of type and attributes; 0 where nobody has asked
  Graph* graph_ = nullptr;
};

}  // namespace gradus
