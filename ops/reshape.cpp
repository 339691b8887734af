#include <gradus/ops/elementwise.hpp>
#include <gradus/ops/patterns.hpp>
#include <gradus/ops/reshape.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

/// The number of elements before an axis, for a batch of `batch`.
Index before(const Shape& shape, std::size_t axis, Index batch) { return shape.at(batch).count(0, axis); }

}  // namespace

Shape Reshape::infer(std::span<const Shape> inputs) const {
  const Shape& x = inputs[0];
  // Two batch sizes tell apart shapes that agree only by accident.
  if (x.countable(1) != shape.countable(1) || x.countable(7) != shape.countable(7))
    throw Mismatch{fmt::format("{} has not as many elements, for every batch", to_string(shape))};
  return shape;
}

Expr Reshape::vjp(const Expr& y, const Expr& ybar) const { return reshape(ybar, y.input(0).shape()); }

std::optional<std::size_t> Reshape::independent_axis(std::span<const Shape> inputs, std::size_t,
                                                     std::size_t axis) const {
  for (std::size_t own = 0; own < shape.rank(); ++own)
    if (shape[own] == inputs[0][axis] && before(shape, own, 7) == before(inputs[0], axis, 7)) return own;
  return std::nullopt;
}

Rules Reshape::rules() {
  const Unknown x("x");
  const Number k("k");
  const Pattern y = reshape(x);
  return {.simplify = {{"no gradient", reshape(no_gradient()) == no_gradient()},
                       {"to its own shape", y == x, {same_shape(x, y)}},
                       {"twice", reshape(y) == y},
                       {"of a number", reshape(k) == k},
                       {"of a broadcast scalar", reshape(broadcast(x)) == broadcast(x), {scalar(x)}}}};
}

Expr reshape(Expr x, const Shape& shape, SourceLocation location) {
  return x.shape() == shape ? x : apply(Reshape{shape}, {x}, location);
}

}  // namespace gradus
