#pragma once

#include <gradus/ops/losses.hpp>
#include <gradus/optim/update_rule.hpp>

#include <optional>

namespace gradus {

/// What minimize() does with the gradients before the rule sees them, and which parameters it trains.
struct MinimizeOptions {
  Exprs parameters;                  ///< all parameters of the graph when empty
  Expr penalty;                      ///< added to the loss once for each update: a weight penalty
  std::optional<double> clip_value;  ///< each gradient element is kept within [−c, c]
  std::optional<double>
      clip_norm;       ///< all gradients are scaled together so that ‖g‖ ≤ c (Pascanu et al. 2013)
  int accumulate = 1;  ///< batches that make one update
  Reduction reduction =
      Reduction::mean;  ///< how `loss` joins examples; decides how accumulated batches are joined
};

/// One training step: derives the gradients of the loss and lets the rule build the assignments that change
/// the parameters, all as nodes of the loss's graph. Compile the returned node to take steps.
///
/// With `accumulate` = N, gradients are summed over N batches and applied at the last of them; batches of N·B
/// examples taken at once or in N parts of B give the same update, since parts are weighted by their examples
/// (mean) or added (sum). Setting "flush" to 1 applies what has come together so far at the next step, for
/// the end of an epoch.
///
/// Throws GraphError when the loss is not a scalar or does not depend on a parameter, ValueError for
/// impossible options.
Expr minimize(Expr loss, const UpdateRule& rule, const MinimizeOptions& options = {},
              Here here = Here::current());

}  // namespace gradus
