#include <gradus/graph/compile/blocked_layout.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/elementwise.hpp>
#include <gradus/ops/patterns.hpp>
#include <gradus/ops/reshape.hpp>
#include <gradus/ops/sum.hpp>

#include <fmt/format.h>

namespace gradus {

Shape Broadcast::infer(std::span<const Shape> inputs) const {
  if (broadcast_shape(inputs[0], shape) != shape)
    throw Mismatch{fmt::format("it cannot be broadcast to {}", to_string(shape))};
  return shape;
}

Expr Broadcast::vjp(const Expr& y, const Expr& ybar) const { return sum_to(ybar, y.input(0).shape()); }

Rules Broadcast::rules() {
  const Unknown x("x");
  const Number k("k");
  const Pattern y = broadcast(x);
  const Pattern reshaped = reshape(x);
  // Broadcasting adds leading axes of size 1 anyway.
  const Condition adds_leading_axes{
      "the reshape adds leading axes of size 1", [reshaped, x](const Match& match) {
        const Shape& after = match[reshaped].shape();
        const Shape& before = match[x].shape();
        const std::size_t added = after.rank() - std::min(after.rank(), before.rank());
        return added > 0 && std::ranges::equal(after.dims().subspan(added), before.dims());
      }};
  return {.simplify = {{"no gradient", broadcast(no_gradient()) == no_gradient()},
                       {"to its own shape", y == x, {same_shape(x, y)}},
                       {"of a number", broadcast(k) == k},
                       {"twice", broadcast(broadcast(x)) == broadcast(x)},
                       {"of a reshape", broadcast(reshaped) == broadcast(x), {adds_leading_axes}}}};
}

Expr Broadcast::blocked(const Expr& y) {
  const Expr x = y.input(0);
  const Shape& shape = y.shape();
  if (shape.rank() < 2 || shape[0] != batch || shape.rank() == max_rank) return {};
  const bool of_examples = x.shape().rank() == shape.rank() && x.shape()[0] == batch;
  if (of_examples) return unpack(broadcast_to(pack(x), blocked_shape(shape)));
  if (x.shape().has_batch()) return {};
  if (x.shape().is_scalar()) return unpack(broadcast_to(x, blocked_shape(shape)));
  std::vector<Dim> dims(x.shape().dims().begin(), x.shape().dims().end());
  dims.emplace_back(1);
  const Expr beside = reshape(x, Shape(std::span<const Dim>(dims)));
  return unpack(broadcast_to(beside, blocked_shape(shape)));
}

Expr broadcast_to(Expr x, const Shape& shape, SourceLocation location) {
  return x.shape() == shape ? x : apply(Broadcast{shape}, {x}, location);
}

Expr sum_to(Expr x, const Shape& shape, SourceLocation location) {
  const std::size_t added = x.shape().rank() - shape.rank();
  std::vector<Index> axes;
  for (std::size_t axis = 0; axis < x.shape().rank(); ++axis)
    if (axis < added || (shape[axis - added] == Dim(1) && x.shape()[axis] != Dim(1)))
      axes.push_back(static_cast<Index>(axis));
  if (axes.empty()) return x;
  return reshape(sum(x, axes, KeepAxes::no, location), shape, location);
}

}  // namespace gradus
