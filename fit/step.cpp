#include <gradus/fit/step.hpp>
#include <gradus/graph/declare/core_ops.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace gradus {
namespace {

Exprs steps_of(const Graph& graph) {
  Exprs steps;
  for (std::size_t id = 0; id < graph.size(); ++id)
    if (as<Step>(graph.node(id).op()) != nullptr) steps.emplace_back(graph.node(id));
  return steps;
}

double first_value(const Variable& setting) {
  double value = 0;
  setting.initialiser.fill({&value, 1}, setting.shape.at(1), 0, 0);
  return value;
}

/// Whether two nodes compute the same from nodes that do, the values of settings aside.
bool are_alike(const Node& a, const Node& b) {
  const auto* variable = as<VariableRead>(a.op());
  if (variable == nullptr)
    return a.op().type() == b.op().type() && a.op().attributes() == b.op().attributes() &&
           a.inputs().size() == b.inputs().size();
  const auto* other = as<VariableRead>(b.op());
  if (other == nullptr || variable->variable_kind != other->variable_kind ||
      variable->shape != other->shape || variable->variable_kind == VariableKind::parameter)
    return false;
  return variable->variable_kind == VariableKind::hyper_parameter ||
         variable_of(Expr(a)).initialiser.name == variable_of(Expr(b)).initialiser.name;
}

using Pairs = std::unordered_map<const Node*, const Node*>;

/// For each node of one step that the other has not, the other's, where the steps are alike; else nothing.
Pairs matched(const Node& one, const Node& other) {
  Pairs pairs;
  std::vector<std::pair<const Node*, const Node*>> waiting{{&one, &other}};
  while (!waiting.empty()) {
    const auto [a, b] = waiting.back();
    waiting.pop_back();
    if (a == b) continue;
    const auto [known, is_new] = pairs.emplace(a, b);
    if (!is_new && known->second == b) continue;
    if (!is_new || !are_alike(*a, *b)) return {};
    for (std::size_t i = 0; i < a->inputs().size(); ++i) waiting.emplace_back(a->inputs()[i], b->inputs()[i]);
  }
  return pairs;
}

/// A step that was just made, with the settings declared since there were so many variables.
FitStep with_settings(Expr step, std::size_t variables_before) {
  FitStep made{step, {}, variables_before};
  const auto& variables = step.graph().variables();
  for (std::size_t i = variables_before; i < variables.size(); ++i)
    if (variables[i].kind == VariableKind::hyper_parameter && !variables[i].node->origin().flush)
      made.settings[variables[i].name] = first_value(variables[i]);
  return made;
}

/// The same of the step that `pairs` leads to.
FitStep again(const FitStep& made, Expr step, const Pairs& pairs) {
  FitStep found{step, {}, step.graph().variables().size()};
  for (const auto& [setting, value] : made.settings)
    found.settings[pairs.at(&step.graph().find(setting).node())->name()] = value;
  for (const auto& [own, other] : pairs)
    if (const auto* variable = as<VariableRead>(other->op()))
      found.first_variable = std::min(found.first_variable, variable->index);
  return found;
}

}  // namespace

FitStep fit_step(const Trainable& network, const FitOptions& options) {
  Graph& graph = network.loss.graph();
  MinimizeOptions minimizing = options.minimize;
  minimizing.penalty = network.penalty;
  const Exprs before = steps_of(graph);
  const std::size_t variables = graph.variables().size();
  if (before.empty()) return with_settings(minimize(network.loss, options.rule, minimizing), variables);
  auto whole = graph.declaration();
  const FitStep made = [&] {
    const auto scope = graph.scope(fmt::format("fit_{}", before.size() + 1));
    return with_settings(minimize(network.loss, options.rule, minimizing), variables);
  }();
  for (const Expr& step : before)
    if (const Pairs pairs = matched(made.step.node(), step.node()); !pairs.empty()) {
      FitStep known = again(made, step, pairs);
      whole.take_back();
      return known;
    }
  return made;
}

}  // namespace gradus
