#include <gradus/ops/detail/images.hpp>

#include <fmt/format.h>

namespace gradus {

Images Images::of(const Shape& shape, const char* what) {
  const std::size_t axes = shape.layout() == Layout::blocked ? 5 : 4;
  if (shape.rank() != axes)
    throw Mismatch{
        fmt::format("{} must have four axes: example, channel, row, column; reshape it first", what)};
  for (std::size_t axis = 1; axis < 4; ++axis)
    if (shape[axis].is_batch()) throw Mismatch{fmt::format("the first axis of {} must be the batch", what)};
  return {shape[0], shape[1].at(1), shape[2].at(1), shape[3].at(1), shape.layout()};
}

Shape Images::shape() const {
  if (layout == Layout::blocked) return Shape{examples, channels, rows, columns, block_size}.in(layout);
  return {examples, channels, rows, columns};
}

Index places(const char* axis, const char* window, Index size, Index extent, Index stride, Index padding) {
  const Index room = size + 2 * padding;
  if (extent > room)
    throw Mismatch{fmt::format(
        "the {} reaches over {} {}, but the image has only {}{}: take a smaller {}, or {}", window, extent,
        axis, size, padding > 0 ? fmt::format(" and {} of padding on either side", padding) : "", window,
        std::string_view(window) == "kernel" ? "more padding" : "larger images")};
  return (room - extent) / stride + 1;
}

std::optional<std::size_t> independent_but_planes(std::size_t axis) {
  if (axis == 2 || axis == 3) return std::nullopt;
  return axis;
}

Expr blocked_images(const Expr& y) {
  if (y.shape().rank() != 4 || y.shape()[0] != batch) return {};
  Exprs inputs;
  for (const Expr& x : y.inputs()) inputs.push_back(pack(x));
  return unpack(y.graph().make(y.node().shared_op(), inputs, y.node().location()));
}

}  // namespace gradus
