#include <gradus/graph/declare/graph.hpp>

#include <exception>
#include <utility>

namespace gradus {

Graph::Declaration Graph::declaration() { return Declaration(*this); }

Graph::Declaration::Declaration(Graph& graph)
    : graph_(graph),
      exceptions_(std::uncaught_exceptions()),
      nodes_(graph.nodes_.size()),
      variables_(graph.variables_.size()),
      adjoints_(graph.adjoints_.size()),
      companions_(graph.companions_.size()),
      renamed_(graph.renamed_.size()),
      counted_(graph.counted_.size()) {
  ++graph.open_declarations_;
}

Graph::Declaration::~Declaration() {
  if (std::uncaught_exceptions() > exceptions_) take_back();
  if (--graph_.open_declarations_ > 0) return;
  graph_.renamed_.clear();
  graph_.counted_.clear();
}

void Graph::Declaration::take_back() {
  Graph& g = graph_;
  // First the names that new nodes have: an old node may want its own back.
  for (std::size_t id = nodes_; id < g.nodes_.size(); ++id) g.by_name_.erase(g.nodes_[id]->name_);
  for (; g.renamed_.size() > renamed_; g.renamed_.pop_back()) {
    Renamed& last = g.renamed_.back();
    if (last.node->id() >= nodes_) continue;
    auto entry = g.by_name_.extract(last.node->name_);
    last.node->name_ = std::move(last.before);
    entry.key() = last.node->name_;
    g.by_name_.insert(std::move(entry));
    last.node->named_ = false;
  }
  for (; g.counted_.size() > counted_; g.counted_.pop_back())
    *g.counted_.back().counter = g.counted_.back().before;
  const auto made_since = [&](const Node* node) { return node != nullptr && node->id() >= nodes_; };
  if (made_since(g.step_)) g.step_ = nullptr;
  if (made_since(g.random_key_)) g.random_key_ = nullptr;
  g.companions_.resize(companions_);
  g.adjoints_.erase(g.adjoints_.begin() + static_cast<std::ptrdiff_t>(adjoints_), g.adjoints_.end());
  g.variables_.erase(g.variables_.begin() + static_cast<std::ptrdiff_t>(variables_), g.variables_.end());
  while (g.nodes_.size() > nodes_) g.nodes_.pop_back();
}

}  // namespace gradus
