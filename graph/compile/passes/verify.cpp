#include <gradus/base/error.hpp>
#include <gradus/graph/compile/passes/passes.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <fmt/format.h>

#include <unordered_map>

namespace gradus {
namespace {

[[noreturn]] void broken(std::string_view after, const Node& node, std::string_view how) {
  throw InternalError(fmt::format("after {}, {} '{}' {}", after, node.op().name(), node.name(), how));
}

void verify_node(const Graph& graph, const Node& node, std::string_view after, std::vector<Shape>& shapes) {
  shapes.clear();
  for (const Node* input : node.inputs()) {
    if (input->id() >= node.id() || &graph.node(input->id()) != input)
      broken(after, node, "has an input that does not come before it");
    shapes.push_back(input->shape());
  }
  try {
    if (node.op().infer(shapes) != node.shape()) broken(after, node, "does not have the shape its op infers");
  } catch (const Mismatch& mismatch) {
    broken(after, node, "has inputs that do not fit: " + mismatch.expected);
  }
}

}  // namespace

void verify(const LoweredGraph& lowered, std::string_view after) {
  const Graph& graph = *lowered.graph;
  for (const Expr& root : lowered.roots)
    if (&root.graph() != &graph) broken(after, root.node(), "is an output but was left behind");
  const std::vector<char> needed = needed_by(graph, lowered.roots);
  std::unordered_map<const Node*, const Node*> assigned;
  std::vector<Shape> shapes;
  for (std::size_t id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    verify_node(graph, node, after, shapes);
    if (as<Assign>(node.op()) == nullptr || needed[id] == 0) continue;
    const auto [first, fresh] = assigned.emplace(node.inputs()[0], &node);
    if (!fresh)
      throw GraphError(fmt::format("'{}' is assigned twice in one step: by '{}'{} and by '{}'{}",
                                   node.inputs()[0]->name(), first->second->name(),
                                   to_string(first->second->location()), node.name(),
                                   to_string(node.location())));
  }
}

}  // namespace gradus
