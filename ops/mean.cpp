#include <gradus/graph/compile/blocked_layout.hpp>
#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/count.hpp>
#include <gradus/ops/mean.hpp>
#include <gradus/ops/operators.hpp>

namespace gradus {

Expr Mean::vjp(const Expr& y, const Expr& ybar) const {
  const Expr x = y.input(0);
  return broadcast_to(aligned(ybar / count(x, axes), x), x.shape());
}

/// A mean is a sum there, divided by a number that is known without looking at x.
Expr Mean::blocked(const Expr& y) {
  const Expr x = y.input(0);
  if (as<Unpack>(x) == nullptr) return {};
  const auto& op = *as<Mean>(y);
  const Expr total = sum(x, op.axes, op.keep ? KeepAxes::yes : KeepAxes::no);
  return total / count_by_shape(x, op.axes);
}

Expr mean(Expr x, const std::vector<Index>& axes, KeepAxes keep, SourceLocation location) {
  return apply(Mean{{axes, keep == KeepAxes::yes}}, {x}, location);
}

Expr mean(Expr x, SourceLocation location) { return mean(x, all_axes(x), KeepAxes::no, location); }

}  // namespace gradus
