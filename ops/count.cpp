#include <gradus/graph/blocks.hpp>
#include <gradus/ops/count.hpp>
#include <gradus/ops/operators.hpp>

#include <algorithm>

namespace gradus {

Expr count_by_shape(Expr x, const std::vector<Index>& axes) {
  bool of_batch = false;
  double rest = 1;
  for (const Index axis : axes)
    if (const Dim dim = x.shape()[normal_axis(axis, x.shape().rank())]; dim == batch)
      of_batch = true;
    else
      rest *= static_cast<double>(dim.at(1));
  return of_batch ? x.graph().batch_size() * rest : x.graph().constant(rest);
}

Expr Count::simplify(const Expr& y) {
  const Expr x = y.input(0);
  const std::vector<Index>& axes = as<Count>(y)->axes;
  const bool fixed = std::ranges::none_of(
      axes, [&](Index axis) { return x.shape()[normal_axis(axis, x.shape().rank())].is_batch(); });
  return fixed ? count_by_shape(x, axes) : Expr();
}

/// So that no image is put together from its blocks to be counted.
Expr Count::in_blocks(const Expr& y) {
  const Expr x = y.input(0);
  return as<FromBlocks>(x) != nullptr ? count_by_shape(x, as<Count>(y)->axes) : Expr();
}

Expr count(Expr x, const std::vector<Index>& axes, Here here) { return apply(Count{axes}, {x}, here); }

}  // namespace gradus
