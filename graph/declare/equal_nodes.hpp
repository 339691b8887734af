#pragma once

#include <gradus/graph/declare/node.hpp>

#include <unordered_set>

namespace gradus {

/// The nodes of a graph, found by what they compute (hash consing: Ershov 1958):
///
///     a = b  ⇔  type, attributes and inputs of a and b are the same, and may_be_one() of their op
///
/// Graphs that passes make have one, and take the node that is there instead of making its equal. So common
/// subexpressions need no pass. A graph as declared has none: it stays as its user wrote it.
class EqualNodes {
 public:
  /// A node that computes op of these inputs, or null.
  const Node* find(const OpPtr& op, const Exprs& inputs, std::size_t op_hash) const;

  void insert(const Node& node);

  /// Of type and attributes; the type tells ops apart that share a name.
  static std::size_t hash_of(const Op& op);

  /// An effect happens each time, and each input is fed by itself.
  static bool may_be_one(const Op& op);

 private:
  struct Key {
    const OpPtr& op;
    const Exprs& inputs;
    std::size_t op_hash;
  };

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const Key& key) const;
    std::size_t operator()(const Node* node) const;
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const Key& a, const Node* b) const;
    bool operator()(const Node* a, const Key& b) const { return (*this)(b, a); }
    /// No node is inserted whose equal was found.
    bool operator()(const Node* a, const Node* b) const { return a == b; }
  };

  std::unordered_set<const Node*, Hash, Equal> nodes_;
};

}  // namespace gradus
