#include <gradus/dump/page/box.hpp>

#include <functional>
#include <queue>
#include <tuple>

namespace gradus::page {

Box box_of(const Node& node) {
  Box box;
  box.name = node.name();
  box.section = node.section();
  box.of = node.origin().of;
  box.source = node.op().kind() == Kind::source;
  return box;
}

std::vector<Box> boxes_of(const Graph& graph) {
  std::vector<Box> result;
  for (std::size_t id = 0; id < graph.size(); ++id) {
    result.push_back(box_of(graph.node(id)));
    for (const Node* input : graph.node(id).inputs()) result.back().inputs.push_back(input->id());
  }
  return result;
}

std::vector<std::size_t> teaching_order(const std::vector<Box>& nodes) {
  std::vector<std::size_t> waiting(nodes.size());
  std::vector<std::vector<std::size_t>> readers(nodes.size());
  using Key = std::tuple<Section, std::size_t>;
  std::priority_queue<Key, std::vector<Key>, std::greater<>> ready;
  for (std::size_t id = 0; id < nodes.size(); ++id) {
    waiting[id] = nodes[id].inputs.size();
    for (const std::size_t input : nodes[id].inputs) readers[input].push_back(id);
    if (waiting[id] == 0) ready.emplace(nodes[id].section, id);
  }
  std::vector<std::size_t> order;
  while (!ready.empty()) {
    const std::size_t id = std::get<1>(ready.top());
    ready.pop();
    order.push_back(id);
    for (const std::size_t reader : readers[id])
      if (--waiting[reader] == 0) ready.emplace(nodes[reader].section, reader);
  }
  return order;
}

}  // namespace gradus::page
