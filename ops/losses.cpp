#include <gradus/base/error.hpp>
#include <gradus/ops/abs.hpp>
#include <gradus/ops/log.hpp>
#include <gradus/ops/losses.hpp>
#include <gradus/ops/mean.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/square.hpp>
#include <gradus/ops/sum.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

Expr penalty(const Exprs& weights, double lambda, Expr (*measure)(Expr, SourceLocation), const char* name,
             SourceLocation location) {
  if (weights.empty()) throw GraphError(fmt::format("{}{} was given no weights", name, to_string(location)));
  const auto guard = weights.front().graph().scope(name, location);
  Expr total;
  for (const Expr& w : weights) {
    const Expr term = sum(measure(w, location), location);
    total = total ? add(total, term, location) : term;
  }
  return multiply(total, lambda, location);
}

void require_one_shape(const char* name, Expr y, Expr t, SourceLocation location) {
  if (y.shape() != t.shape())
    throw ShapeError(fmt::format("{}{} cannot take '{}' {} and '{}' {}: both must have one shape", name,
                                 to_string(location), y.name(), to_string(y.shape()), t.name(),
                                 to_string(t.shape())));
}

}  // namespace

Expr reduce(Expr losses, Reduction reduction, SourceLocation location) {
  return reduction == Reduction::mean ? mean(losses, location) : sum(losses, location);
}

Expr squared_error(Expr y, Expr t, SourceLocation location) {
  const auto guard = y.graph().scope("squared_error", location);
  require_one_shape("squared_error", y, t, location);
  return sum(square(subtract(y, t, location), location), {-1}, KeepAxes::no, location);
}

Expr binary_cross_entropy(Expr p, Expr t, SourceLocation location) {
  const auto guard = p.graph().scope("binary_cross_entropy", location);
  require_one_shape("binary_cross_entropy", p, t, location);
  const Expr yes = multiply(t, log(p, location), location);
  const Expr log_complement = log(subtract(1.0, p, location), location);
  const Expr no = multiply(subtract(1.0, t, location), log_complement, location);
  return negate(add(yes, no, location), location);
}

Expr l2_penalty(const Exprs& weights, double lambda, SourceLocation location) {
  return penalty(weights, lambda, square, "l2_penalty", location);
}

Expr l1_penalty(const Exprs& weights, double lambda, SourceLocation location) {
  return penalty(weights, lambda, abs, "l1_penalty", location);
}

}  // namespace gradus
