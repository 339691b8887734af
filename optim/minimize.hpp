#pragma once

#include <gradus/ops/losses.hpp>
#include <gradus/optim/update_rule.hpp>

#include <optional>

namespace gradus {

/// What minimize() does with the gradients before the rule sees them, and which parameters it trains.
struct MinimizeOptions {
  /// What is trained: all parameters of the graph when empty.
  Exprs parameters{};

  /// A scalar added to the loss once for each update, such as a weight penalty.
  Expr penalty{};

  /// Each element of the gradients is kept within [−c, c]: clip_by_value().
  std::optional<double> clip_value{};

  /// All gradients are scaled together so that ‖g‖ ≤ c: clip_by_global_norm(), after clipping by value.
  std::optional<double> clip_norm{};

  /// Batches that make one update.
  int accumulate = 1;

  /// How `loss` joins the examples of a batch, which says how accumulated batches are to be joined.
  Reduction reduction = Reduction::mean;
};

/// One training step: derives the gradients of the loss and lets the rule build the assignments that change
/// the parameters, all as nodes of the loss's graph. Compile the returned node to take steps.
///
/// With `accumulate` = N, gradients are summed over N batches and applied at the last of them. N·B examples
/// taken at once or in N parts of B give the same update, since parts are weighted by their numbers of
/// examples (mean) or added (sum): g = Σ bᵢ gᵢ / Σ bᵢ or Σ gᵢ, then the penalty's gradient, then clipping.
/// Rules and schedules count updates, not batches. While the setting flush_of() is 1 every step is an update
/// with what has come together so far: set it for the last batch of an epoch, and back to 0 after it.
///
/// The names of settings and slots are inside the scope open at the call, so that several steps may train
/// parts of one graph. Without accumulation updates are counted by State::step, which such steps share.
///
/// Throws GraphError when the loss is not a scalar, does not depend on a parameter, or depends on no batch
/// whose examples could be counted; when there are no parameters; ValueError for impossible options;
/// NameError for a second step in the same scope.
Expr minimize(Expr loss, const UpdateRule& rule, const MinimizeOptions& options = {},
              SourceLocation location = SourceLocation::current());

/// The setting, called "accumulate/flush", that makes an update of the batches accumulated so far. Empty for
/// a training step that does not accumulate.
Expr flush_of(Expr step);

}  // namespace gradus
