#include <gradus/base/error.hpp>
#include <gradus/graph/compile/rewrite.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/gradients.hpp>
#include <gradus/ops/count.hpp>
#include <gradus/ops/greater.hpp>
#include <gradus/ops/maximum.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/select.hpp>
#include <gradus/optim/clip.hpp>
#include <gradus/optim/minimize.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

/// The number of examples of this batch, read off an input that the loss depends on: one that it does not
/// depend on need not be fed.
Expr batch_size(Expr loss, SourceLocation location) {
  const Graph& graph = loss.graph();
  std::vector<char> used(loss.node().id() + 1, 0);
  used.back() = 1;
  for (std::size_t id = used.size(); id-- > 0;) {
    if (used[id] == 0) continue;
    const Node& node = graph.node(id);
    if (as<Input>(node.op()) != nullptr && node.shape().has_batch())
      return count(Expr(node), {static_cast<Index>(node.shape().batch_axis())});
    for (const Node* input : node.inputs()) used[input->id()] = 1;
  }
  throw GraphError(fmt::format(
      "'{}'{} depends on no input with a batch axis, so the examples of accumulated batches cannot "
      "be counted: accumulate with Reduction::sum, or not at all",
      loss.name(), to_string(location)));
}

/// Sums gradients, and the loss where a rule asks for it, over batches; its variables are assigned at every
/// step, not only when an update is made.
class Accumulation {
 public:
  Accumulation(Expr loss, const MinimizeOptions& options, SourceLocation location) : graph_(loss.graph()) {
    if (options.accumulate == 1) return;
    const auto guard = graph_.scope("accumulate");
    const Expr batches = graph_.optimizer_state("batches", {}, filled_with(0), location);
    const Expr flush = declare_flush(location);
    updates_ = graph_.optimizer_state("updates", {}, filled_with(0), location);
    const Expr flushed = greater(flush, 0.5);
    due_ = maximum(greater(batches + 1, options.accumulate - 0.5), flushed).named("due");
    own_.push_back(assign(batches, select(due_, 0.0, batches + 1)));
    own_.push_back(assign(updates_, updates_ + due_));
    if (options.reduction == Reduction::mean) {
      batch_ = batch_size(loss, location);
      const Expr examples = graph_.optimizer_state("examples", {}, filled_with(0), location);
      total_ = examples + batch_;
      own_.push_back(assign(examples, select(due_, 0.0, total_)));
    }
  }

  /// The number of updates made before this one; empty where every step is one.
  Expr updates() const { return updates_; }
  Expr due() const { return due_; }
  const Exprs& assignments() const { return own_; }

  /// A value of this batch, over all batches of the update.
  Expr add(const std::string& scope, const std::string& name, Expr value) {
    if (!due_) return value;
    const auto guard = graph_.scope(scope);
    const Expr sum = graph_.optimizer_state(name, value.shape());
    const Expr next = sum + (batch_ ? batch_ * value : value);
    own_.push_back(assign(sum, select(due_, 0.0, next)));
    return batch_ ? next / total_ : next;
  }

 private:
  Expr declare_flush(SourceLocation location) {
    Graph::Context context = graph_.context();
    context.origin.flush = true;
    const auto guard = graph_.enter(std::move(context));
    return graph_.hyper_parameter("flush", 0, location);
  }

  Graph& graph_;
  Expr due_;
  Expr updates_;
  Expr batch_;
  Expr total_;
  Exprs own_;
};

Expr objective(Expr loss, Expr penalty, SourceLocation location) {
  const Expr sum = add(loss, penalty, location);
  // A name to know it by in a message about a loss that is not finite.
  return loss.graph().contains("objective") ? sum : sum.named("objective");
}

Exprs clipped(Graph& graph, Exprs gradients, const MinimizeOptions& options) {
  const auto guard = graph.scope("clip");
  if (options.clip_value) gradients = clip_by_value(gradients, *options.clip_value);
  if (options.clip_norm) gradients = clip_by_global_norm(gradients, *options.clip_norm);
  return gradients;
}

}  // namespace

Expr minimize(Expr loss, const UpdateRule& rule, const MinimizeOptions& options, SourceLocation location) {
  Graph& graph = loss.graph();
  if (options.accumulate < 1)
    throw ValueError(fmt::format("an update is made of at least 1 batch, not {}", options.accumulate));
  const Exprs parameters = options.parameters.empty() ? graph.parameters() : options.parameters;
  if (parameters.empty())
    throw GraphError(fmt::format("minimize{} has no parameters to train: the graph of '{}' declares none",
                                 to_string(location), loss.name()));

  const auto whole = graph.declaration();
  // The penalty's gradient stays apart: it counts once for each update, however many batches make one, and a
  // parameter that the penalty alone depends on is a mistake to report.
  Exprs derived = gradients(loss, parameters, Unused::refuse, location);
  const Exprs of_penalty =
      options.penalty ? gradients(options.penalty, parameters, Unused::zeros, location) : Exprs();
  const Expr total = options.penalty ? objective(loss, options.penalty, location) : loss;

  const auto update = graph.enter({graph.context().scope, {Section::update}, location});
  Accumulation accumulation(loss, options, location);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto own = graph.scope("", parameters[i]);
    derived[i] = accumulation.add("accumulate/" + parameters[i].name(), "gradient", derived[i]);
    if (options.penalty) derived[i] = derived[i] + of_penalty[i];
  }
  derived = clipped(graph, std::move(derived), options);

  const auto loss_of_update = [&] {
    if (options.accumulate == 1) return total;
    const Expr all = accumulation.add("accumulate", "loss", loss);
    return options.penalty ? gradus::add(all, options.penalty, location) : all;
  };
  Slots slots(graph, loss_of_update, accumulation.updates(), accumulation.due());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto scope = graph.scope("update/" + parameters[i].name(), parameters[i]);
    rule.update(slots, parameters[i], derived[i]);
  }
  Exprs assignments = slots.assignments();
  assignments.insert(assignments.end(), accumulation.assignments().begin(), accumulation.assignments().end());
  const Exprs side_updates = graph.side_updates(total);
  assignments.insert(assignments.end(), side_updates.begin(), side_updates.end());
  return train_step(total, assignments, location);
}

Expr flush_of(Expr step) {
  const Graph& graph = step.graph();
  const std::vector<char> needed = needed_by(graph, {step});
  for (const Variable& variable : graph.variables())
    if (variable.node->origin().flush && needed[variable.node->id()] != 0) return Expr(*variable.node);
  return {};
}

}  // namespace gradus
