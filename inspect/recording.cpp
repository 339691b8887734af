#include <gradus/base/error.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/run/interpreter.hpp>
#include <gradus/inspect/recording.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gradus {
namespace {

/// Takes the step as declared, to the bits that the recorded values lead to; without one, only looks at what
/// is fed.
template <class Scalar>
Program<Scalar> compile_step(const Graph& graph, Exprs outputs, Expr step, Index capacity) {
  CompileOptions options;
  options.capacity = capacity;
  options.passes = options.fuse = options.share_memory = false;
  if (step) outputs.push_back(step);
  return compile<Scalar>(graph, outputs, options);
}

template <class Scalar>
Tensor<double> copy_of(const View<const Scalar>& view) {
  Tensor<double> result(view.extents);
  std::ranges::transform(view.span(), result.data(), [](Scalar v) { return static_cast<double>(v); });
  return result;
}

/// The batch that is fed. Numbers that do not fit it exactly are the program's to refuse.
template <class Scalar>
Index batch_of(std::span<const Feed<Scalar>> feeds) {
  Index batch = 1;
  for (const Feed<Scalar>& feed : feeds)
    if (feed.input && feed.input.shape().has_batch())
      batch = std::max(batch, batch_with(feed.input.shape(), static_cast<Index>(feed.values.size())));
  return batch;
}

}  // namespace

const Tensor<double>* Recording::find(const Node& node) const {
  if (node.graph().identity() != graph_)
    throw GraphError(fmt::format("'{}' belongs to another graph than the one recorded", node.name()));
  return node.id() < values_.size() && values_[node.id()] ? &*values_[node.id()] : nullptr;
}

const Tensor<double>& Recording::value(const Node& node) const {
  if (const Tensor<double>* value = find(node)) return *value;
  throw GraphError(fmt::format("'{}' was not computed in the run recorded, or not kept", node.name()));
}

const Tensor<double>* Recording::after(const Node& variable) const {
  const auto found = after_.find(variable.id());
  return found == after_.end() ? nullptr : &found->second;
}

template <class Scalar>
Recorder<Scalar>::Recorder(const Graph& graph, const Exprs& inputs, Index capacity, Expr step)
    : graph_(&graph),
      batch_is_known_(
          std::ranges::any_of(inputs, [](const Expr& input) { return input.shape().has_batch(); })),
      mode_(step ? Mode::training : Mode::inference),
      program_(compile_step<Scalar>(graph, inputs, step, capacity)) {
  if (!step) return;
  const std::vector<char> needed = needed_by(graph, {step});
  for (std::size_t id = 0; id < graph.size(); ++id)
    if (needed[id] != 0 && as<Assign>(graph.node(id).op()) != nullptr)
      assigned_.emplace_back(&graph.node(id), graph.node(id).inputs()[0]);
}

template <class Scalar>
Recording Recorder<Scalar>::run(State<Scalar>& state, std::span<const Feed<Scalar>> feeds,
                                const KeepValue& keep) const {
  Recording recording;
  recording.graph_ = graph_->identity();
  recording.batch_ = program_.check(state, feeds);
  recording.step_ = state.step;
  recording.mode_ = mode_;
  recording.values_.resize(graph_->size());
  const auto kept = [&](const Node& node) { return !keep || keep(node); };
  Interpreter<Scalar> values(*graph_, batch_is_known_ ? std::optional(recording.batch_) : std::nullopt,
                             mode_);
  values.refer(state);
  for (const Feed<Scalar>& feed : feeds) values.give(feed.input.node(), feed.values);
  values.compute_all();
  for (std::size_t id = 0; id < graph_->size(); ++id)
    if (const auto* value = values.find(graph_->node(id)); value != nullptr && kept(graph_->node(id)))
      recording.values_[id] = copy_of(*value);
  program_.run(state, feeds);
  for (const auto& [assignment, variable] : assigned_) {
    const View<const Scalar> stored = std::as_const(state)[Expr(*variable)];
    if (kept(*assignment)) recording.values_[assignment->id()] = copy_of(stored);
    if (kept(*variable)) recording.after_[variable->id()] = copy_of(stored);
  }
  return recording;
}

template <class Scalar>
Recording record(const Graph& graph, State<Scalar>& state, std::span<const Feed<Scalar>> feeds, Expr step,
                 const KeepValue& keep) {
  Exprs inputs;
  for (const Feed<Scalar>& feed : feeds) inputs.push_back(feed.input);
  return Recorder<Scalar>(graph, inputs, batch_of(feeds), step).run(state, feeds, keep);
}

template <class Scalar>
State<double> state_in_double(const Graph& graph, const State<Scalar>& from) {
  State<double> result(graph, from.seed);
  result.step = from.step;
  for (const Variable& variable : from.variables()) {
    const auto same = [&](const Variable& own) { return own.name == variable.name; };
    const auto own = std::ranges::find_if(result.variables(), same);
    if (own == result.variables().end()) continue;
    const View<const Scalar> values = from[variable.name];
    const View<double> copies = result[variable.name];
    if (copies.extents != values.extents)
      throw ShapeError(fmt::format("'{}' is {} in the state, but {} in the graph", variable.name,
                                   to_string(values.extents), to_string(own->shape)));
    std::ranges::transform(values.span(), copies.data, [](Scalar v) { return static_cast<double>(v); });
  }
  return result;
}

template class Recorder<float>;
template class Recorder<double>;
template Recording record(const Graph&, State<float>&, std::span<const Feed<float>>, Expr, const KeepValue&);
template Recording record(const Graph&, State<double>&, std::span<const Feed<double>>, Expr,
                          const KeepValue&);
template State<double> state_in_double(const Graph&, const State<float>&);
template State<double> state_in_double(const Graph&, const State<double>&);

}  // namespace gradus
