#include <gradus/base/error.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/equal_nodes.hpp>

#include <fmt/format.h>

namespace gradus {

Rewriter::Rewriter(const Graph& from, bool rules_stay)
    : to_(std::make_shared<Graph>()), rules_stay_(rules_stay) {
  to_->equal_ = std::make_unique<EqualNodes>();
  to_->variables_ = from.variables_;
  to_->identity_ = from.identity_;
  for (Variable& variable : to_->variables_) variable.node = nullptr;
  to_->by_name_.reserve(from.size());
}

Expr Rewriter::copy(const Node& old, const Exprs& inputs) {
  const Expr made = to_->copy(old, inputs, rules_stay_ ? old.rule() : nullptr);
  if (const auto* stored = as<VariableRead>(made)) to_->variables_[stored->index].node = &made.node();
  return made;
}

Graph::Guard Rewriter::in_place_of(const Node& old) {
  return to_->enter({std::string(old.scope()), old.origin(), old.location()});
}

void Rewriter::follow(const Rule* rule) { to_->context_.rule = rule; }

void Rewriter::stand_for(const Node& old) {
  Graph::Context& context = to_->context_;
  context.scope = old.scope();
  context.origin = old.origin();
  context.location = old.location();
}

std::vector<char> needed_by(const Graph& graph, const Exprs& roots) {
  std::vector<char> needed(graph.size(), 0);
  for (const Expr& root : roots) needed[root.node().id()] = 1;
  for (std::size_t id = graph.size(); id-- > 0;)
    if (needed[id] != 0)
      for (const Node* input : graph.node(id).inputs()) needed[input->id()] = 1;
  return needed;
}

LoweredGraph rewrite(const LoweredGraph& from, const Visit& visit, bool rules_stay) {
  const Graph& graph = *from.graph;
  Rewriter rewriter(graph, rules_stay);
  const std::vector<char> needed = needed_by(graph, from.roots);
  Exprs made(graph.size());
  Exprs inputs;
  for (std::size_t id = 0; id < graph.size(); ++id) {
    if (needed[id] == 0) continue;
    const Node& old = graph.node(id);
    inputs.clear();
    for (const Node* input : old.inputs()) inputs.push_back(made[input->id()]);
    made[id] = visit(rewriter, old, inputs);
  }
  LoweredGraph result{nullptr, {}, from.mode};
  for (const Expr& root : from.roots) result.roots.push_back(made[root.node().id()]);
  result.graph = rewriter.take();
  return result;
}

}  // namespace gradus
