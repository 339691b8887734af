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

Expr penalty(const Exprs& weights, double lambda, Expr (*measure)(Expr, Here), const char* name, Here here) {
  if (weights.empty()) throw GraphError(fmt::format("{}{} was given no weights", name, to_string(here)));
  const auto guard = weights.front().graph().scope(name, here);
  Expr total;
  for (const Expr& w : weights) {
    const Expr term = sum(measure(w, here), here);
    total = total ? add(total, term, here) : term;
  }
  return multiply(total, lambda, here);
}

void require_one_shape(const char* name, Expr y, Expr t, Here here) {
  if (y.shape() != t.shape())
    throw ShapeError(fmt::format("{}{} cannot take '{}' {} and '{}' {}: both must have one shape", name,
                                 to_string(here), y.name(), to_string(y.shape()), t.name(),
                                 to_string(t.shape())));
}

}  // namespace

Expr reduce(Expr losses, Reduction reduction, Here here) {
  return reduction == Reduction::mean ? mean(losses, here) : sum(losses, here);
}

Expr squared_error(Expr y, Expr t, Here here) {
  const auto guard = y.graph().scope("squared_error", here);
  require_one_shape("squared_error", y, t, here);
  return sum(square(subtract(y, t, here), here), {-1}, KeepAxes::no, here);
}

Expr binary_cross_entropy(Expr p, Expr t, Here here) {
  const auto guard = p.graph().scope("binary_cross_entropy", here);
  require_one_shape("binary_cross_entropy", p, t, here);
  const Expr yes = multiply(t, log(p, here), here);
  const Expr log_complement = log(subtract(1.0, p, here), here);
  const Expr no = multiply(subtract(1.0, t, here), log_complement, here);
  return negate(add(yes, no, here), here);
}

Expr l2_penalty(const Exprs& weights, double lambda, Here here) {
  return penalty(weights, lambda, square, "l2_penalty", here);
}

Expr l1_penalty(const Exprs& weights, double lambda, Here here) {
  return penalty(weights, lambda, abs, "l1_penalty", here);
}

}  // namespace gradus
