#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/run/diagnose.hpp>
#include <gradus/graph/run/interpreter.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace gradus {
namespace {

constexpr const char* smaller_steps =
    "Try a smaller learning rate, clipping the gradients by their norm, or data scaled to about [-1, 1]";

/// Numbers up to here do not come from steps that were too large.
constexpr double large = 1e6;

template <class Scalar>
bool is_bad(Scalar value) {
  return !std::isfinite(value);
}

template <class Scalar>
std::string where_bad(std::span<const Scalar> values) {
  const auto bad = std::ranges::find_if(values, is_bad<Scalar>);
  return fmt::format("{} at position {} of {}", std::isnan(*bad) ? "NaN" : "infinite", bad - values.begin(),
                     values.size());
}

std::string advice(const Node& first, double largest) {
  if (as<Input>(first.op()) != nullptr) return "It was fed so";
  if (as<VariableRead>(first.op()) != nullptr) return "The state held it before this step";
  if (largest > large) return smaller_steps;
  return fmt::format(
      "No number on the way there is larger than {:.3g}, so it is not the learning rate: see which of its "
      "inputs {} cannot take, as log, sqrt and division cannot take 0",
      largest, first.op().name());
}

/// The nodes that are bad and have made the targets so: bad all the way.
template <class Scalar>
std::vector<char> causes(const Exprs& nodes, const Exprs& targets, const Interpreter<Scalar>& values) {
  if (nodes.empty()) return {};
  std::vector<char> cause(nodes.back().node().id() + 1, 0);
  for (const Expr& target : targets) cause[target.node().id()] = 1;
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
    char& mine = cause[node->node().id()];
    mine = static_cast<char>(mine != 0 &&
                             std::ranges::any_of(values.find(node->node())->span(), is_bad<Scalar>));
    if (mine != 0)
      for (const Node* input : node->node().inputs()) cause[input->id()] = 1;
  }
  return cause;
}

}  // namespace

template <class Scalar>
std::string explain_not_finite(const Plan<Scalar>& plan, const State<Scalar>& state,
                               std::span<const Feed<Scalar>> feeds, Index batch) {
  const Node& loss_node = *plan.schedule.finite_check;
  const Graph& graph = *plan.lowered.graph;
  Exprs targets{Expr(loss_node)};
  for (const auto* nodes : {&plan.schedule.witnesses.computed, &plan.schedule.witnesses.given})
    for (const Node* node : *nodes) targets.emplace_back(*node);
  const std::vector<char> needed = needed_by(graph, targets);
  Interpreter<Scalar> values(graph, batch);
  values.refer(state);
  for (const Feed<Scalar>& feed : feeds)
    for (std::size_t i = 0; i < plan.inputs.size(); ++i)
      if (plan.user_inputs[i] == &feed.input.node() && plan.inputs[i] != nullptr)
        values.give(*plan.inputs[i], feed.values);
  Exprs computed;
  for (std::size_t id = 0; id < graph.size(); ++id)
    if (needed[id] != 0 && values.compute(graph.node(id))) computed.emplace_back(graph.node(id));

  const auto loss = (*values.find(loss_node))[0];
  const std::string what =
      is_bad(loss) ? fmt::format("the loss '{}' is no longer finite at step {}", loss_node.name(), state.step)
                   : fmt::format("the updates at step {} would not be finite, though the loss '{}' is {:.6g}",
                                 state.step, loss_node.name(), loss);
  if (is_bad(loss)) targets = {Expr(loss_node)};
  const std::vector<char> cause = causes(computed, targets, values);
  double largest = 0;
  for (const Expr& node : computed) {
    const auto numbers = values.find(node.node())->span();
    if (cause[node.node().id()] == 0) {
      for (const Scalar value : numbers)
        if (!is_bad(value)) largest = std::max(largest, std::abs(static_cast<double>(value)));
      continue;
    }
    return fmt::format(
        "{}. The first node to go bad is '{}' ({} {}){}: {}. {}; the state is as it was before this step",
        what, node.name(), node.op().name(), to_string(node.shape()), to_string(node.node().location()),
        where_bad(numbers), advice(node.node(), largest));
  }
  return fmt::format("{}. {}; the state is as it was before this step", what, smaller_steps);
}

std::string explain_withdrawn(const std::string& variable, std::int64_t step) {
  return fmt::format(
      "the update of '{}' at step {} overflows, though what it reads is finite. {}; the state is as it was "
      "before this step",
      variable, step, smaller_steps);
}

template <class Scalar>
std::string first_not_finite(const State<Scalar>& state) {
  for (const Variable& variable : state.variables()) {
    const auto values = state[variable.name].span();
    if (std::ranges::any_of(values, is_bad<Scalar>))
      return fmt::format("'{}' ({})", variable.name, where_bad(values));
  }
  return {};
}

template <class Scalar>
std::string explain_damaged(const Plan<Scalar>& plan, const State<Scalar>& state) {
  std::vector<std::string> assigned;
  for (const Stage& stage : plan.schedule.stages)
    for (const Node* node : stage.nodes)
      if (as<Assign>(node->op()) != nullptr)
        assigned.push_back(fmt::format("'{}'", node->inputs()[0]->name()));
  return fmt::format(
      "the update at step {} has made {} not finite, though what it reads is finite. It has assigned {}: the "
      "state is not as it was before this step, and is refused until all its values are finite. Restore it "
      "from a checkpoint or a copy",
      state.step, first_not_finite(state), fmt::join(assigned, ", "));
}

template std::string explain_not_finite(const Plan<float>&, const State<float>&, std::span<const Feed<float>>,
                                        Index);
template std::string explain_not_finite(const Plan<double>&, const State<double>&,
                                        std::span<const Feed<double>>, Index);
template std::string explain_damaged(const Plan<float>&, const State<float>&);
template std::string explain_damaged(const Plan<double>&, const State<double>&);
template std::string first_not_finite(const State<float>&);
template std::string first_not_finite(const State<double>&);

}  // namespace gradus
