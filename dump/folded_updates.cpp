#include <gradus/dump/folded_updates.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <algorithm>

namespace gradus {
namespace {

/// A moment belongs to its parameter.
const Node* variable_of_update(const Graph& graph, const Node& node) {
  const Node* variable = nullptr;
  for (const Node* at = &node; graph.contains(at->origin().of);) {
    at = &graph.find(at->origin().of).node();
    if (at == variable || as<VariableRead>(at->op()) == nullptr) break;
    variable = at;
  }
  if (variable == nullptr && as<Assign>(node.op()) != nullptr) return node.inputs()[0];
  return variable;
}

}  // namespace

std::vector<FoldedUpdate> folded_updates(const Graph& graph) {
  std::vector<FoldedUpdate> updates;
  for (std::size_t id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (node.section() != Section::update || as<Step>(node.op()) != nullptr) continue;
    const Node* variable = variable_of_update(graph, node);
    const auto found = std::ranges::find(updates, variable, &FoldedUpdate::variable);
    if (found == updates.end())
      updates.push_back({variable, {&node}});
    else
      found->nodes.push_back(&node);
  }
  return updates;
}

}  // namespace gradus
