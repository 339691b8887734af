#include <gradus/base/error.hpp>
#include <gradus/graph/core_ops.hpp>
#include <gradus/graph/gradients.hpp>
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

/// The number of examples of this batch, read off an input that the loss depends on.
Expr batch_size(Expr loss) {
  const Graph& graph = loss.graph();
  for (std::size_t id = 0; id <= loss.node().id(); ++id) {
    const Node& node = graph.node(id);
    if (as<Input>(node.op()) != nullptr && node.shape().has_batch())
      return count(Expr(node), {static_cast<Index>(node.shape().batch_axis())});
  }
  throw GraphError(
      fmt::format("'{}' has no input with a batch axis, so there are no batches to accumulate", loss.name()));
}

/// Sums gradients over batches; its variables are assigned at every step, not only when an update is made.
class Accumulation {
 public:
  Accumulation(Expr loss, const MinimizeOptions& options) : graph_(loss.graph()), options_(options) {
    if (options.accumulate == 1) return;
    const auto guard = graph_.scope("accumulate");
    const Expr batches = graph_.slot("batches", {});
    const Expr flush = graph_.setting("flush", 0);
    updates_ = graph_.slot("updates", {});
    due_ = maximum(greater(batches + 1, options.accumulate - 0.5), greater(flush, 0.5)).named("due");
    own_.push_back(assign(batches, select(due_, 0.0, batches + 1)));
    own_.push_back(assign(updates_, updates_ + due_));
    if (options.reduction == Reduction::mean) {
      batch_ = batch_size(loss);
      const Expr examples = graph_.slot("examples", {});
      total_ = examples + batch_;
      own_.push_back(assign(examples, select(due_, 0.0, total_)));
    }
  }

  /// The number of updates made before this one.
  Expr updates() const { return updates_ ? updates_ : graph_.step(); }
  Expr due() const { return due_; }
  const Exprs& assignments() const { return own_; }

  Expr add(Expr w, Expr g) {
    if (!due_) return g;
    const auto guard = graph_.scope("accumulate/" + w.name());
    const Expr sum = graph_.slot("gradient", w.shape());
    const Expr next = sum + (batch_ ? batch_ * g : g);
    own_.push_back(assign(sum, select(due_, 0.0, next)));
    return batch_ ? next / total_ : next;
  }

 private:
  Graph& graph_;
  const MinimizeOptions& options_;
  Expr due_;
  Expr updates_;
  Expr batch_;
  Expr total_;
  Exprs own_;
};

Exprs clipped(Graph& graph, Exprs gradients, const MinimizeOptions& options) {
  const auto guard = graph.scope("clip");
  if (options.clip_value) gradients = clip_by_value(gradients, *options.clip_value);
  if (options.clip_norm) gradients = clip_by_global_norm(gradients, *options.clip_norm);
  return gradients;
}

}  // namespace

Expr minimize(Expr loss, const UpdateRule& rule, const MinimizeOptions& options, Here here) {
  Graph& graph = loss.graph();
  if (options.accumulate < 1)
    throw ValueError(fmt::format("an update is made of at least 1 batch, not {}", options.accumulate));
  const Exprs parameters = options.parameters.empty() ? graph.parameters() : options.parameters;
  if (parameters.empty())
    throw GraphError(fmt::format("minimize{} has no parameters to train", to_string(here)));

  // Over several batches a penalty must count once for each update, so its gradient stays apart.
  const bool apart = options.penalty && options.accumulate > 1;
  const Expr total = options.penalty ? add(loss, options.penalty, here) : loss;
  Exprs derived = gradients(apart ? loss : total, parameters, Unused::refuse, here);
  const Exprs of_penalty = apart ? gradients(options.penalty, parameters, Unused::zeros, here) : Exprs();

  const auto update = graph.enter({"", Section::update, {}, here});
  Accumulation accumulation(loss, options);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    derived[i] = accumulation.add(parameters[i], derived[i]);
    if (apart) derived[i] = derived[i] + of_penalty[i];
  }
  derived = clipped(graph, std::move(derived), options);

  Slots slots(total, accumulation.updates(), accumulation.due());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto scope = graph.scope("update/" + parameters[i].name());
    rule.update(slots, parameters[i], derived[i]);
  }
  Exprs assignments = slots.assignments();
  assignments.insert(assignments.end(), accumulation.assignments().begin(), accumulation.assignments().end());
  return train_step(total, assignments, here);
}

}  // namespace gradus
