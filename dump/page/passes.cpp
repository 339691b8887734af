#include <gradus/dump/page/document.hpp>
#include <gradus/graph/compile/passes/passes.hpp>
#include <gradus/graph/run/program.hpp>

#include <fmt/format.h>

#include <map>

namespace gradus::page {

using nlohmann::json;

namespace {

/// The nodes of all passes, told apart by their names, which last through the passes.
class Union {
 public:
  explicit Union(OpTable& ops) : ops_(&ops) {}

  /// The graph after one pass: [node, op, its inputs] for each.
  json add(const Graph& graph) {
    const std::size_t before = boxes_.size();
    for (std::size_t id = 0; id < graph.size(); ++id) number(graph.node(id));
    if (before > 0) stand_beside_readers(graph, before);
    json nodes = json::array();
    for (std::size_t id = 0; id < graph.size(); ++id) {
      const Node& node = graph.node(id);
      const std::size_t place = number(node);
      json inputs = json::array();
      for (const Node* input : node.inputs()) {
        const std::size_t from = number(*input);
        inputs.push_back(from);
        auto& known = boxes_[place].inputs;
        if (std::ranges::find(known, from) == known.end()) known.push_back(from);
      }
      nodes.push_back({place, ops_->index(node), std::move(inputs)});
    }
    return nodes;
  }

  json nodes() const { return nodes_; }
  const std::vector<Box>& boxes() const { return boxes_; }

 private:
  std::size_t number(const Node& node) {
    const auto [found, made] = places_.emplace(node.name(), boxes_.size());
    if (!made) return found->second;
    const std::string label = box_label(node.name());
    const std::string below(node.op().name());
    const BoxSize size = box_size(label, below, node.shape(), {}, false);
    Box box = box_of(node);
    box.width = size.width;
    box.height = size.height;
    boxes_.push_back(std::move(box));
    json entry{{"name", node.name()},
               {"label", label},
               {"section", to_string(node.section())},
               {"shape", to_string(node.shape())}};
    nodes_.push_back(std::move(entry));
    return found->second;
  }

  /// What a pass made belongs to what reads it.
  void stand_beside_readers(const Graph& graph, std::size_t first_new) {
    for (std::size_t id = graph.size(); id-- > 0;) {
      if (graph.node(id).section() != Section::forward) continue;
      const std::size_t reader = number(graph.node(id));
      for (const Node* input : graph.node(id).inputs()) {
        const std::size_t place = number(*input);
        if (place < first_new || boxes_[place].beside) continue;
        if (reader < first_new)
          boxes_[place].beside = reader;
        else
          boxes_[place].beside = boxes_[reader].beside;
      }
    }
  }

  OpTable* ops_;
  std::map<std::string, std::size_t> places_;
  std::vector<Box> boxes_;
  json nodes_ = json::array();
};

/// What nobody reads.
Exprs ends_of(const Graph& graph) {
  std::vector<char> read(graph.size(), 0);
  for (std::size_t id = 0; id < graph.size(); ++id)
    for (const Node* input : graph.node(id).inputs()) read[input->id()] = 1;
  Exprs ends;
  for (std::size_t id = 0; id < graph.size(); ++id)
    if (read[id] == 0) ends.emplace_back(graph.node(id));
  return ends;
}

}  // namespace

json passes(const Graph& graph, const Exprs& outputs, OpTable& ops) {
  Union all(ops);
  json steps = json::array();
  std::map<std::string, int> times;
  CompileOptions options;
  options.capacity = 1;
  options.trace = [&](std::string_view name, const LoweredGraph& lowered) {
    std::string what = "as it was declared, before any pass";
    for (const Pass& pass : pipeline())
      if (pass.name == name) what = pass.what;
    json nodes = all.add(*lowered.graph);
    // A step is found by its name, and a pass may run twice.
    const int time = ++times[std::string(name)];
    const std::string own = time == 1 ? std::string(name) : fmt::format("{} {}", name, time);
    steps.push_back({{"name", own}, {"what", what}, {"nodes", std::move(nodes)}});
  };
  compile<double>(graph, outputs.empty() ? ends_of(graph) : outputs, options);
  return {{"nodes", all.nodes()}, {"steps", std::move(steps)}, {"drawing", drawing(all.boxes())}};
}

}  // namespace gradus::page
