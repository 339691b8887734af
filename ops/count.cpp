#include <gradus/graph/blocks.hpp>
#include <gradus/ops/count.hpp>
#include <gradus/ops/operators.hpp>

namespace gradus {

Expr Count::simplify(const Expr& y) {
  const Expr x = y.input(0);
  double product = 1;
  for (const Index axis : as<Count>(y)->axes) {
    const Dim dim = x.shape()[normal_axis(axis, x.shape().rank())];
    if (dim.is_batch()) return {};
    product *= static_cast<double>(dim.at(1));
  }
  return y.graph().constant(product);
}

/// As in Mean's: so that no image is put together from its blocks to be counted.
Expr Count::in_blocks(const Expr& y) {
  const Expr x = y.input(0);
  if (as<FromBlocks>(x) == nullptr) return {};
  bool of_batch = false;
  double pixels = 1;
  for (const Index axis : as<Count>(y)->axes)
    if (const Dim dim = x.shape()[normal_axis(axis, x.shape().rank())]; dim.is_batch())
      of_batch = true;
    else
      pixels *= static_cast<double>(dim.at(1));
  return of_batch ? y.graph().batch_size() * pixels : y.graph().constant(pixels);
}

Expr count(Expr x, const std::vector<Index>& axes, Here here) { return apply(Count{axes}, {x}, here); }

}  // namespace gradus
