#include <gradus/graph/blocks.hpp>
#include <gradus/graph/core_ops.hpp>
#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/elementwise.hpp>
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

Expr Broadcast::simplify(const Expr& y) {
  if (const Expr nothing = no_gradient_of(y)) return nothing;
  const Expr x = y.input(0);
  if (x.shape() == y.shape()) return x;
  if (const auto value = fill_value(x)) return y.graph().constant(*value, y.shape());
  if (as<Broadcast>(x) != nullptr) return broadcast_to(x.input(0), y.shape());
  // A reshape that only adds leading axes of size 1 is what broadcasting does anyway.
  if (as<Reshape>(x) != nullptr) {
    const Shape& before = x.input(0).shape();
    const std::size_t added = x.shape().rank() - std::min(x.shape().rank(), before.rank());
    if (added > 0 && std::ranges::equal(x.shape().dims().subspan(added), before.dims()))
      return broadcast_to(x.input(0), y.shape());
  }
  return {};
}

Expr Broadcast::in_blocks(const Expr& y) {
  const Expr x = y.input(0);
  const Shape& shape = y.shape();
  if (shape.rank() < 2 || shape[0] != batch || shape.rank() == max_rank) return {};
  const bool of_examples = x.shape().rank() == shape.rank() && x.shape()[0] == batch;
  if (of_examples) return from_blocks(broadcast_to(to_blocks(x), shape_in_blocks(shape)));
  if (x.shape().has_batch()) return {};
  if (x.shape().is_scalar()) return from_blocks(broadcast_to(x, shape_in_blocks(shape)));
  std::vector<Dim> dims(x.shape().dims().begin(), x.shape().dims().end());
  dims.emplace_back(1);
  const Expr beside = reshape(x, Shape(std::span<const Dim>(dims)));
  return from_blocks(broadcast_to(beside, shape_in_blocks(shape)));
}

Expr broadcast_to(Expr x, const Shape& shape, Here here) {
  return x.shape() == shape ? x : apply(Broadcast{shape}, {x}, here);
}

Expr sum_to(Expr x, const Shape& shape, Here here) {
  const std::size_t added = x.shape().rank() - shape.rank();
  std::vector<Index> axes;
  for (std::size_t axis = 0; axis < x.shape().rank(); ++axis)
    if (axis < added || (shape[axis - added] == Dim(1) && x.shape()[axis] != Dim(1)))
      axes.push_back(static_cast<Index>(axis));
  if (axes.empty()) return x;
  return reshape(sum(x, axes, KeepAxes::no, here), shape, here);
}

}  // namespace gradus
