#include <gradus/dump/backward_of.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <algorithm>
#include <map>

namespace gradus {
namespace {

using Answer = std::pair<std::string, std::size_t>;

/// The last node that each VJP made and that others read.
std::map<Answer, const Node*> answers(const Graph& graph) {
  std::map<Answer, const Node*> last;
  for (std::size_t id = 0; id < graph.size(); ++id)
    if (const Origin& from = graph.node(id).origin(); from.vjp_input)
      last[{from.of, *from.vjp_input}] = &graph.node(id);
  return last;
}

const Node* root_of(const Graph& graph) {
  const Node* root = nullptr;
  for (std::size_t id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (as<Step>(node.op()) != nullptr) return node.inputs()[0];
    if (node.section() == Section::forward && node.shape().is_scalar()) root = &node;
  }
  return root;
}

}  // namespace

std::vector<Adjoint> backward_of(const Graph& graph) {
  if (!graph.adjoints().empty()) return graph.adjoints();
  const Node* root = root_of(graph);
  if (root == nullptr) return {};
  std::map<const Node*, std::vector<Contribution>> contributions;
  for (const auto& [answer, node] : answers(graph)) {
    if (!graph.contains(answer.first)) continue;
    const Node& use = graph.find(answer.first).node();
    if (answer.second >= use.inputs().size()) continue;
    const Node* of = use.inputs()[answer.second];
    if (of->shape() == node->shape()) contributions[of].push_back({&use, answer.second, Expr(*node)});
  }
  std::vector<Adjoint> result;
  for (auto& [of, parts] : contributions)
    for (const Contribution& part : parts) result.push_back({root, of, {part}, part.value});
  std::ranges::sort(result, {}, [](const Adjoint& a) { return a.total.node().id(); });
  return result;
}

}  // namespace gradus
