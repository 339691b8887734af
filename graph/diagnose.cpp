#include <gradus/graph/core_ops.hpp>
#include <gradus/graph/diagnose.hpp>
#include <gradus/graph/rewrite.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gradus {
namespace {

constexpr const char* advice =
    "Try a smaller learning rate, clipping the gradients by their norm, or data scaled to about [-1, 1]; the "
    "state is "
    "as it was before this step";

template <class Scalar>
std::string kind_of(Scalar value) {
  return std::isnan(value) ? "NaN" : "infinite";
}

}  // namespace

template <class Scalar>
std::string explain_not_finite(const Plan<Scalar>& plan, const State<Scalar>& state,
                               std::span<const Feed<Scalar>> feeds, Index batch) {
  const Node& guard = *plan.schedule.guard;
  const Graph& graph = *plan.lowering.graph;
  const std::vector<char> needed = needed_by(graph, {Expr(guard)});
  Exprs wanted;
  for (std::size_t id = 0; id < graph.size(); ++id)
    if (needed[id] != 0) wanted.emplace_back(graph.node(id));
  CompileOptions options;
  options.capacity = plan.capacity;
  options.passes = options.fuse = options.share_memory = false;
  const Program<Scalar> every_node(make_plan<Scalar>(graph, wanted, options));
  State<Scalar> copy = state;
  std::vector<Feed<Scalar>> refed;
  for (const Feed<Scalar>& feed : feeds)
    for (std::size_t i = 0; i < plan.inputs.size(); ++i)
      if (plan.user_inputs[i] == &feed.input.node() && plan.inputs[i] != nullptr &&
          needed[plan.inputs[i]->id()] != 0)
        refed.emplace_back(Expr(*plan.inputs[i]), feed.values);
  const auto results = every_node.run(copy, refed, batch);
  for (const Expr& node : wanted) {
    const auto values = results[node].span();
    const auto bad = std::ranges::find_if(values, [](Scalar value) { return !std::isfinite(value); });
    if (bad == values.end()) continue;
    return fmt::format(
        "the loss '{}' is no longer finite at step {}. The first node to go bad is '{}' ({} {}){}: {} at "
        "position {} of "
        "{}. {}",
        guard.name(), state.step, node.name(), node.op().name(), to_string(node.shape()),
        to_string(node.node().here()), kind_of(*bad), bad - values.begin(), values.size(), advice);
  }
  return fmt::format("the loss '{}' is no longer finite at step {}. {}", guard.name(), state.step, advice);
}

template std::string explain_not_finite(const Plan<float>&, const State<float>&, std::span<const Feed<float>>,
                                        Index);
template std::string explain_not_finite(const Plan<double>&, const State<double>&,
                                        std::span<const Feed<double>>, Index);

}  // namespace gradus
