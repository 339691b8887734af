#include <gradus/graph/compile/schedule.hpp>
#include <gradus/graph/compile/witnesses.hpp>
#include <gradus/graph/declare/core_ops.hpp>

namespace gradus {
namespace {

class WitnessSearch {
 public:
  WitnessSearch(const Graph& graph, const std::vector<char>& needed) : seen_(graph.size(), 0) {
    for (std::size_t id = 0; id < graph.size(); ++id)
      if (needed[id] != 0 && as<Assign>(graph.node(id).op()) != nullptr) {
        open_.push_back(&graph.node(id));
        seen_[id] = 1;
      }
    while (!open_.empty()) {
      const Node& node = *open_.back();
      open_.pop_back();
      const auto over = node.op().overwrites();
      for (std::size_t i = as<Assign>(node.op()) != nullptr ? 1 : 0; i < node.inputs().size(); ++i)
        if (over != i) visit(storage_of(*node.inputs()[i]), node);
    }
  }

  Witnesses take() { return std::move(found_); }

 private:
  void visit(const Node& node, const Node& reader) {
    const bool witness = !belongs_to_update(node);
    const Kind kind = node.op().kind();
    if (witness && kind == Kind::elementwise) found_.readers.emplace_back(&node, &reader);
    if (std::exchange(seen_[node.id()], 1) != 0) return;
    if (!witness)
      open_.push_back(&node);
    else if (kind != Kind::source)
      found_.computed.push_back(&node);
    else if (as<Input>(node.op()) != nullptr || is_scalar_variable(node))
      found_.given.push_back(&node);
  }

  /// A gather op makes no numbers but those it reads, as far as it does not come from constants.
  static bool belongs_to_update(const Node& node) {
    switch (node.op().kind()) {
      case Kind::gather:
        return true;
      case Kind::elementwise:
        return node.section() == Section::update;
      case Kind::rowwise:
        return node.op().overwrites() &&
               as<VariableRead>(storage_of(*node.inputs()[*node.op().overwrites()]).op()) != nullptr;
      default:
        return false;
    }
  }

  static bool is_scalar_variable(const Node& node) {
    return as<VariableRead>(node.op()) != nullptr && node.shape().is_scalar();
  }

  std::vector<char> seen_;
  std::vector<const Node*> open_;
  Witnesses found_;
};

}  // namespace

Witnesses find_witnesses(const Graph& graph, const std::vector<char>& needed) {
  return WitnessSearch(graph, needed).take();
}

}  // namespace gradus
