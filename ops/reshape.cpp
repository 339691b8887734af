#include <gradus/graph/core_ops.hpp>
#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/elementwise.hpp>
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

std::optional<std::size_t> Reshape::apart(std::span<const Shape> inputs, std::size_t,
                                          std::size_t axis) const {
  for (std::size_t own = 0; own < shape.rank(); ++own)
    if (shape[own] == inputs[0][axis] && before(shape, own, 7) == before(inputs[0], axis, 7)) return own;
  return std::nullopt;
}

Expr Reshape::simplify(const Expr& y) {
  if (const Expr nothing = no_gradient_of(y)) return nothing;
  const Expr x = y.input(0);
  if (x.shape() == y.shape()) return x;
  if (as<Reshape>(x) != nullptr) return reshape(x.input(0), y.shape());
  if (const auto value = fill_value(x)) return y.graph().constant(*value, y.shape());
  if (as<Broadcast>(x) != nullptr && x.input(0).shape().is_scalar())
    return broadcast_to(x.input(0), y.shape());
  return {};
}

Expr reshape(Expr x, const Shape& shape, Here here) {
  return x.shape() == shape ? x : apply(Reshape{shape}, {x}, here);
}

}  // namespace gradus
