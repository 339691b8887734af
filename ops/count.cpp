#include <gradus/graph/compile/blocked_layout.hpp>
#include <gradus/ops/count.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/patterns.hpp>

#include <algorithm>

namespace gradus {

namespace {

Dim dim(const Expr& x, Index axis) { return x.shape()[normal_axis(axis, x.shape().rank())]; }

}  // namespace

Expr count_by_shape(Expr x, const std::vector<Index>& axes) {
  bool of_batch = false;
  double rest = 1;
  for (const Index axis : axes)
    if (const Dim size = dim(x, axis); size == batch)
      of_batch = true;
    else
      rest *= static_cast<double>(size.at(1));
  return of_batch ? x.graph().batch_size() * rest : x.graph().constant(rest);
}

Rules Count::rules() {
  const Unknown x("x");
  const auto axes_of = [](const Match& match) { return as<Count>(match.root())->axes; };
  const Number n("n", [axes_of](const Match& match) {
    double count = 1;
    for (const Index axis : axes_of(match))
      count *= static_cast<double>(dim(match.root().input(0), axis).at(1));
    return count;
  });
  const Condition no_batch{"n entries are counted, whatever the batch", [axes_of](const Match& match) {
                             return std::ranges::none_of(axes_of(match), [&](Index axis) {
                               return dim(match.root().input(0), axis).is_batch();
                             });
                           }};
  return {.simplify = {{"of fixed axes", call<Count>({x}) == n, {no_batch}}}};
}

/// So that no image is put together from its blocks to be counted.
Expr Count::blocked(const Expr& y) {
  const Expr x = y.input(0);
  return as<Unpack>(x) != nullptr ? count_by_shape(x, as<Count>(y)->axes) : Expr();
}

Expr count(Expr x, const std::vector<Index>& axes, SourceLocation location) {
  return apply(Count{axes}, {x}, location);
}

}  // namespace gradus
