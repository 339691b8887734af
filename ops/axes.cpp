#include <gradus/ops/axes.hpp>
#include <gradus/ops/reshape.hpp>

#include <fmt/format.h>

#include <numeric>

namespace gradus {

std::vector<Index> all_axes(const Expr& x) {
  std::vector<Index> axes(x.shape().rank());
  std::iota(axes.begin(), axes.end(), Index{0});
  return axes;
}

AxisSet axis_set(const std::vector<Index>& axes, std::size_t rank) {
  AxisSet result;
  for (const Index axis : axes) {
    const std::size_t normal = normal_axis(axis, rank);
    if (result[normal]) throw Mismatch{fmt::format("axis {} is named twice", normal)};
    result[normal] = true;
  }
  return result;
}

Shape ReducedAxes::infer(std::span<const Shape> inputs) const {
  const Shape& x = inputs[0];
  const AxisSet gone = reduced(x.rank());
  std::vector<Dim> dims;
  for (std::size_t axis = 0; axis < x.rank(); ++axis) {
    if (!gone[axis])
      dims.push_back(x[axis]);
    else if (keep)
      dims.emplace_back(1);
  }
  const Shape shape{std::span<const Dim>(dims)};
  // Where the blocks and the examples in them are left, so is the layout.
  return x.layout() == Layout::blocked && !gone[0] && !gone[x.rank() - 1] ? shape.in(Layout::blocked) : shape;
}

std::optional<std::size_t> ReducedAxes::independent_axis(std::span<const Shape> inputs, std::size_t,
                                                         std::size_t axis) const {
  const AxisSet gone = reduced(inputs[0].rank());
  if (gone[axis]) return std::nullopt;
  std::size_t own = 0;
  for (std::size_t before = 0; before < axis; ++before)
    if (!gone[before] || keep) ++own;
  return own;
}

Expr ReducedAxes::aligned(Expr value, const Expr& x) const {
  if (keep) return value;
  return reshape(value, ReducedAxes{axes, true}.infer(std::array{x.shape()}));
}

ReductionLoops::ReductionLoops(const Extents& x, const AxisSet& is_reduced) {
  Index stride = 1;
  // From the last axis on; neighbours of one kind are one run, since x is contiguous.
  int last = -1;
  for (std::size_t axis = x.rank; axis-- > 0;) {
    const bool gone = is_reduced[axis];
    auto& axes = gone ? reduced : kept;
    auto& count = gone ? reduced_count : kept_count;
    if (last == static_cast<int>(gone))
      axes[count - 1].size *= x[axis];
    else
      axes[count++] = {x[axis], stride};
    last = static_cast<int>(gone);
    stride *= x[axis];
  }
}

Index ReductionLoops::offset(const std::array<Axis, max_rank>& axes, std::size_t count,
                             Index position) const {
  Index offset = 0;
  for (std::size_t axis = 0; axis < count; ++axis) {
    offset += position % axes[axis].size * axes[axis].stride;
    position /= axes[axis].size;
  }
  return offset;
}

}  // namespace gradus
