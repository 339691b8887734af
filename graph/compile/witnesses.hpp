#pragma once

#include <gradus/graph/declare/graph.hpp>

#include <utility>
#include <vector>

namespace gradus {

/// The values whose finiteness says that a training step may be taken: what its updates read.
///
/// From each assignment the search goes back through the nodes of the update itself, and ends at what the
/// update is made of: a gradient, or, where the gradient is folded into the update (W ← W − s·A·B) and never
/// stored, the factors A and B. A product of finite factors of moderate size is finite, and so is what it is
/// subtracted from.
struct Witnesses {
  std::vector<const Node*> computed;  ///< by the program, each with memory of its own
  std::vector<const Node*> given;     ///< inputs and scalars of the state
  /// Witnesses computed tile by tile, and nodes of the update that read them.
  std::vector<std::pair<const Node*, const Node*>> readers;
};

/// Those of all assignments that are needed. schedule() puts them before every assignment, and whoever
/// computes one looks at it.
Witnesses find_witnesses(const Graph& graph, const std::vector<char>& needed);

}  // namespace gradus
