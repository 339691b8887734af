#include <gradus/base/error.hpp>
#include <gradus/graph/compile/machine_code.hpp>
#include <gradus/graph/compile/passes/passes.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/define.hpp>
#include <gradus/graph/run/diagnose.hpp>
#include <gradus/graph/run/program.hpp>
#include <gradus/graph/run/workspaces.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

bool same(const Node& a, const Node& b) {
  const auto id = [](const Node* node) { return node->id(); };
  return a.shared_op() == b.shared_op() && a.name() == b.name() &&
         std::ranges::equal(a.inputs(), b.inputs(), {}, id, id);
}

bool same(const LoweredGraph& a, const LoweredGraph& b) {
  if (a.graph->size() != b.graph->size()) return false;
  for (std::size_t id = 0; id < a.graph->size(); ++id)
    if (!same(a.graph->node(id), b.graph->node(id))) return false;
  return true;
}

Mode default_mode(const Graph& graph, const Exprs& outputs) {
  const std::vector<char> needed = needed_by(graph, outputs);
  for (std::size_t id = 0; id < graph.size(); ++id)
    if (needed[id] != 0 && as<Step>(graph.node(id).op()) != nullptr) return Mode::training;
  return Mode::inference;
}

LoweredGraph lower(const Graph& graph, const Exprs& outputs, const CompileOptions& options) {
  // The user's graph itself, which no pass changes and the last one leaves behind.
  const std::shared_ptr<const Graph> declared(std::shared_ptr<const void>(), &graph);
  LoweredGraph now{declared, outputs, options.mode.value_or(default_mode(graph, outputs))};
  verify(now, "declared");
  if (options.trace) options.trace("declared", now);
  for (const Pass& pass : pipeline()) {
    if (!options.passes && !pass.needed) continue;
    const LoweredGraph next = pass.run(now);
    verify(next, pass.name);
    if (options.trace && !same(now, next)) options.trace(pass.name, next);
    now = next;
  }
  return now;
}

bool has_images(const Graph& lowered) {
  for (std::size_t id = 0; id < lowered.size(); ++id)
    if (lowered.node(id).shape().layout() == Layout::blocked) return true;
  return false;
}

template <class Scalar>
std::vector<Tensor<Scalar>> constants_of(const MemoryPlan& memory) {
  std::vector<Tensor<Scalar>> result;
  for (const Node* node : memory.constants) {
    result.emplace_back(node->shape().at(1));
    std::ranges::transform(as<Constant>(node->op())->values, result.back().data(),
                           [](double v) { return static_cast<Scalar>(v); });
  }
  return result;
}

/// The inputs of the outputs, in the user's graph and in the lowered one: what is fed does not depend on
/// what the passes make of it.
template <class Scalar>
void find_inputs(const Graph& graph, Plan<Scalar>& plan) {
  const Graph& lowered = *plan.lowered.graph;
  const std::vector<char> needed = needed_by(graph, plan.outputs);
  for (std::size_t id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (needed[id] == 0 || as<Input>(node.op()) == nullptr) continue;
    plan.user_inputs.push_back(&node);
    // Passes may have taken the input out, and then given its name to something else.
    const Node* found = lowered.contains(node.name()) ? &lowered.find(node.name()).node() : nullptr;
    plan.inputs.push_back(found != nullptr && as<Input>(found->op()) != nullptr ? found : nullptr);
  }
}

/// Up to the last that the program reads or assigns: a state need not have those declared since.
std::vector<Variable> variables_of(const LoweredGraph& lowered, const Graph& graph) {
  std::size_t count = 0;
  for (std::size_t id = 0; id < lowered.graph->size(); ++id)
    if (const auto* variable = as<VariableRead>(lowered.graph->node(id).op()))
      count = std::max(count, variable->index + 1);
  return {graph.variables().begin(), graph.variables().begin() + static_cast<std::ptrdiff_t>(count)};
}

/// The batch is known from what is fed, so whatever depends on it needs an input with the batch axis. Asked
/// of the graph as it was declared: what passes fold away changes nothing about what must be fed.
void check_batch_is_fed(const Graph& graph, const Exprs& outputs) {
  const std::vector<char> needed = needed_by(graph, outputs);
  const Node* first = nullptr;
  for (std::size_t id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (needed[id] == 0 || !depends_on_batch(node)) continue;
    if (as<Input>(node.op()) != nullptr) return;
    if (first == nullptr) first = &node;
  }
  if (first == nullptr) return;
  // One of those that were asked for says most.
  for (const Expr& expr : outputs)
    if (depends_on_batch(expr.node())) {
      first = &expr.node();
      break;
    }
  throw GraphError(
      fmt::format("'{}' {} {}, but no output reads an input that has the batch axis, "
                  "so its batch is not known: ask for such an input too",
                  first->name(), to_string(first->shape()),
                  first->shape().has_batch() ? "has the batch axis" : "is the number of examples"));
}

/// Throws ValueError for a capacity at which a needed value would have more elements than an array may have.
void check_capacity(const Graph& graph, const Exprs& outputs, Index capacity) {
  const std::vector<char> needed = needed_by(graph, outputs);
  const Node* largest = nullptr;
  Index most = capacity;
  for (std::size_t id = 0; id < graph.size(); ++id) {
    const Node& node = graph.node(id);
    if (needed[id] == 0 || node.shape().countable(most)) continue;
    largest = &node;
    // The last capacity it can have: countable at `possible`, not at `most`.
    Index possible = 1;
    while (most - possible > 1) {
      const Index middle = possible + (most - possible) / 2;
      (node.shape().countable(middle) ? possible : most) = middle;
    }
    most = possible;
  }
  if (largest != nullptr)
    throw ValueError(
        fmt::format("a capacity of {} examples is too large: '{}' {} would have more than the {} "
                    "elements an array may have. This graph's capacity is at most {}",
                    capacity, largest->name(), to_string(largest->shape()), max_elements, most));
}

template <class Scalar>
std::string names_of_inputs(const Plan<Scalar>& plan) {
  std::string names;
  for (const Node* input : plan.user_inputs)
    names += fmt::format("{}'{}' {}", names.empty() ? "" : ", ", input->name(), to_string(input->shape()));
  return names.empty() ? "none" : names;
}

template <class Scalar>
std::size_t fed_input(const Plan<Scalar>& plan, const Feed<Scalar>& feed) {
  const auto found = std::ranges::find(plan.user_inputs, feed.input ? &feed.input.node() : nullptr);
  if (found != plan.user_inputs.end()) return static_cast<std::size_t>(found - plan.user_inputs.begin());
  throw NameError(fmt::format("'{}' is fed, but the program reads no such input. It reads: {}",
                              feed.input ? feed.input.name() : "", names_of_inputs(plan)));
}

template <class Scalar>
[[noreturn]] void wrong_feed(const Feed<Scalar>& feed, const std::string& expected) {
  throw ShapeError(fmt::format(
      "input '{}' {} was fed {}: {}", feed.input.name(), to_string(feed.input.shape()),
      feed.extents != nullptr ? to_string(*feed.extents) : fmt::format("{} numbers", feed.values.size()),
      expected));
}

/// Does a shape have as many elements for each example? (batch, batch) has not.
bool grows_evenly(const Shape& shape) { return shape.count(2) == 2 * shape.count(1); }

/// The batch one feed speaks of; 0 when its input has no batch axis.
template <class Scalar>
Index batch_of(const Plan<Scalar>& plan, const Feed<Scalar>& feed) {
  const Shape& shape = feed.input.shape();
  const auto size = static_cast<Index>(feed.values.size());
  Index batch = 0;
  if (!shape.has_batch()) {
    if (size != shape.count(1)) wrong_feed(feed, fmt::format("expected {} numbers", shape.count(1)));
  } else {
    batch = batch_with(shape, size);
    if (batch > plan.capacity)
      wrong_feed(
          feed,
          fmt::format("that is more than the program's capacity of {} examples; compile it with a larger "
                      "CompileOptions::capacity",
                      plan.capacity));
    if (shape.count(batch) != size)
      wrong_feed(
          feed, size > shape.count(1) && !grows_evenly(shape)
                    ? "no number of examples makes so many"
                    : fmt::format("expected a multiple of {} numbers, one for each example", shape.count(1)));
  }
  if (feed.extents != nullptr && *feed.extents != shape.at(std::max<Index>(batch, 1)))
    wrong_feed(feed, fmt::format("expected {}", to_string(shape.at(std::max<Index>(batch, 1)))));
  return batch;
}

template <class Scalar>
Index check_feeds(const Plan<Scalar>& plan, std::span<const Feed<Scalar>> feeds) {
  Index batch = 0;
  const Feed<Scalar>* first = nullptr;
  std::size_t fed = 0;
  for (const Feed<Scalar>& feed : feeds) {
    fed_input(plan, feed);
    for (const Feed<Scalar>* other = feeds.data(); other != &feed; ++other)
      if (other->input == feed.input)
        throw NameError(fmt::format("input '{}' is fed twice", feed.input.name()));
    ++fed;
    const Index its = batch_of(plan, feed);
    if (its == 0) continue;
    if (first != nullptr && its != batch)
      wrong_feed(feed, fmt::format("that is a batch of {}, but '{}' was fed a batch of {}", its,
                                   first->input.name(), batch));
    batch = its;
    first = &feed;
  }
  if (fed != plan.user_inputs.size())
    for (const Node* input : plan.user_inputs)
      if (std::ranges::none_of(feeds, [&](const Feed<Scalar>& feed) { return &feed.input.node() == input; }))
        throw NameError(fmt::format("input '{}' {} is not fed; the program reads: {}", input->name(),
                                    to_string(input->shape()), names_of_inputs(plan)));
  return std::max<Index>(batch, 1);
}

}  // namespace

Index batch_with(const Shape& shape, Index size) {
  const Index one = shape.count(1);
  if (size <= one) return 1;
  if (grows_evenly(shape)) return (size + one - 1) / one;
  Index batch = 1;
  while (shape.count(batch) < size) ++batch;
  return batch;
}

template <class Scalar>
Program<Scalar> compile(const Graph& graph, const Exprs& outputs, const CompileOptions& options) {
  if (options.capacity < 1)
    throw ValueError(fmt::format("a program's capacity is at least 1 example, not {}", options.capacity));
  if (options.threads < 1 || options.threads > max_threads)
    throw ValueError(fmt::format("a program runs on 1 to {} threads, not {}", max_threads, options.threads));
  for (const Expr& expr : outputs)
    if (!expr || &expr.graph() != &graph)
      throw GraphError(fmt::format("'{}' is an output but belongs to another graph than the one compiled",
                                   expr ? expr.name() : "an empty expression"));
  check_batch_is_fed(graph, outputs);
  check_capacity(graph, outputs, options.capacity);
  auto plan = std::make_shared<Plan<Scalar>>();
  plan->capacity = options.capacity;
  plan->threads = options.threads;
  plan->least_work = options.least_work;
  plan->lowered = lower(graph, outputs, options);
  plan->schedule = schedule(plan->lowered, options.fuse,
                            options.regions && (options.threads > 1 || has_images(*plan->lowered.graph)));
  plan->memory = plan_memory(plan->lowered, plan->schedule, options.capacity, sizeof(Scalar),
                             options.share_memory, options.threads);
  plan->stages = plan_stages(plan->schedule, plan->memory);
  plan->code.resize(plan->stages.size());
  if (options.machine_code) plan->code = machine_code<Scalar>(plan->stages, plan->memory);
  plan->constants = constants_of<Scalar>(plan->memory);
  plan->outputs = outputs;
  for (const Expr& root : plan->lowered.roots) plan->lowered_outputs.push_back(&root.node());
  find_inputs(graph, *plan);
  plan->variables = variables_of(plan->lowered, graph);
  plan->identity = graph.identity();
  return Program<Scalar>(std::move(plan));
}

template <class Scalar>
Index Program<Scalar>::check(const State<Scalar>& state, std::span<const Feed<Scalar>> feeds) const {
  if (state.graph_ != plan_->identity)
    throw GraphError(
        "the state was initialised from another graph than the one this program was compiled from");
  if (state.values_.size() < plan_->variables.size())
    throw GraphError(
        fmt::format("the state was initialised before '{}' was declared: initialise it after, or call "
                    "State::extend",
                    plan_->variables[state.values_.size()].name));
  if (state.damaged_)
    if (const std::string bad = first_not_finite(state); !bad.empty())
      throw NumericError(fmt::format(
          "the update that was refused last has left {} in the state: restore it from a checkpoint "
          "or a copy",
          bad));
  return check_feeds(*plan_, feeds);
}

template <class Scalar>
Results<Scalar> Program<Scalar>::run(State<Scalar>& state, std::span<const Feed<Scalar>> feeds,
                                     Timeline* timeline) const {
  const Index batch = check(state, feeds);
  state.damaged_ = false;
  Workspaces<Scalar>& workspaces = state.workspaces();
  Workspace<Scalar>& workspace = workspaces.ready(plan_, state.values_, batch);
  for (const Feed<Scalar>& feed : feeds) {
    const Timed timed(timeline, 0, Interval::feeding);
    if (const Node* input = plan_->inputs[fed_input(*plan_, feed)]; input != nullptr)
      workspace.feed(*input, feed.values);
  }
  switch (workspace.run(state.step, state.seed, workspaces.threads(plan_->threads), timeline)) {
    case Outcome::done:
      break;
    case Outcome::refused:
      throw NumericError(explain_not_finite(*plan_, state, feeds, batch));
    case Outcome::withdrawn:
      throw NumericError(explain_withdrawn(state.variables_[workspace.overflowed()].name, state.step));
    case Outcome::damaged:
      state.damaged_ = true;
      throw NumericError(explain_damaged(*plan_, state));
  }
  if (plan_->schedule.counts) ++state.step;
  return Results<Scalar>(workspace);
}

template <class Scalar>
View<const Scalar> Results<Scalar>::operator[](Expr output) const {
  const auto& plan = workspace_->plan();
  const auto found = std::ranges::find(plan.outputs, output);
  if (found == plan.outputs.end())
    throw GraphError(fmt::format("'{}' was not asked for when the program was compiled",
                                 output ? output.name() : "an empty expression"));
  const Node& node = *plan.lowered_outputs[static_cast<std::size_t>(found - plan.outputs.begin())];
  if (node.op().kind() == Kind::effect)
    throw GraphError(fmt::format("'{}' is {}, which is taken and has no value: read the loss, or the state",
                                 output.name(), node.op().name()));
  return workspace_->view(node);
}

template <class Scalar>
double Results<Scalar>::scalar(Expr output) const {
  const View<const Scalar> view = (*this)[output];
  if (view.extents.rank != 0)
    throw ShapeError(fmt::format("'{}' is {}, not a scalar", output.name(), to_string(view.extents)));
  return static_cast<double>(view[0]);
}

template <class Scalar>
Index Program<Scalar>::capacity() const {
  return plan_->capacity;
}
template <class Scalar>
const LoweredGraph& Program<Scalar>::lowered() const {
  return plan_->lowered;
}
template <class Scalar>
const ExecutionSchedule& Program<Scalar>::schedule() const {
  return plan_->schedule;
}
template <class Scalar>
const MemoryPlan& Program<Scalar>::memory() const {
  return plan_->memory;
}
template <class Scalar>
Index Program<Scalar>::steps_in_machine_code() const {
  Index steps = 0;
  for (const auto& parts : plan_->code)
    for (const TileCode<Scalar>& part : parts) steps += static_cast<Index>(part.instructions);
  return steps;
}

template <class Scalar>
Index Program<Scalar>::planned_bytes() const {
  return plan_->memory.planned_bytes(plan_->threads);
}
template <class Scalar>
Index Program<Scalar>::unplanned_bytes() const {
  return plan_->memory.unplanned_bytes;
}

template class Results<float>;
template class Results<double>;
template class Program<float>;
template class Program<double>;
template Program<float> compile(const Graph&, const Exprs&, const CompileOptions&);
template Program<double> compile(const Graph&, const Exprs&, const CompileOptions&);

}  // namespace gradus
