#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/greater.hpp>
#include <gradus/ops/max.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/sum.hpp>

namespace gradus {

Expr Max::vjp(const Expr& y, const Expr& ybar) const {
  const Expr x = y.input(0);
  const Expr largest = 1 - greater(aligned(y, x), x);
  const Expr share = largest / sum(largest, axes, KeepAxes::yes);
  return aligned(ybar, x) * share;
}

Expr max(Expr x, Index axis, KeepAxes keep, SourceLocation location) {
  return apply(Max{{{axis}, keep == KeepAxes::yes}}, {x}, location);
}

}  // namespace gradus
