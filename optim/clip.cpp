#include <gradus/base/error.hpp>
#include <gradus/ops/maximum.hpp>
#include <gradus/ops/minimum.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/sqrt.hpp>
#include <gradus/ops/square.hpp>
#include <gradus/ops/sum.hpp>
#include <gradus/optim/clip.hpp>

#include <fmt/format.h>

#include <cmath>

namespace gradus {
namespace {

void require_positive(double limit) {
  if (!(limit > 0) || !std::isfinite(limit))
    throw ValueError(fmt::format("gradients are clipped to a number above 0, not {}", limit));
}

}  // namespace

Exprs clip_by_value(const Exprs& gradients, double limit) {
  require_positive(limit);
  Exprs result;
  for (const Expr& g : gradients) result.push_back(maximum(minimum(g, limit), -limit));
  return result;
}

Exprs clip_by_global_norm(const Exprs& gradients, double limit) {
  require_positive(limit);
  Expr squares;
  for (const Expr& g : gradients) {
    const Expr own = sum(square(g));
    squares = squares ? squares + own : own;
  }
  // A norm below the limit leaves the gradients as they are, so it need not be told from zero.
  const Expr factor = limit / maximum(sqrt(squares), limit);
  Exprs result;
  for (const Expr& g : gradients) result.push_back(g * factor);
  return result;
}

}  // namespace gradus
