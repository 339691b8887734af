#pragma once

#include <gradus/graph/declare/graph.hpp>

#include <vector>

namespace gradus {

/// Nodes of an update that a picture shows as one box.
struct FoldedUpdate {
  const Node* variable;  ///< whose update it is; null for the settings and what is computed of these alone
  std::vector<const Node*> nodes;
};

/// The nodes of the update that belong to one variable, with what the rule keeps for it, for each variable;
/// and those that belong to none, a training step apart.
std::vector<FoldedUpdate> folded_updates(const Graph& graph);

}  // namespace gradus
