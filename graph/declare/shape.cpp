#include <gradus/base/error.hpp>
#include <gradus/graph/declare/shape.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

std::string to_string(Dim dim) {
  if (dim.is_blocks()) return fmt::format("batch/{}", block_size);
  return dim.is_batch() ? "batch" : fmt::format("{}", dim.at(0));
}

template <class Axes>
std::string in_brackets(const Axes& axes, std::size_t rank) {
  std::string text = "(";
  for (std::size_t axis = 0; axis < rank; ++axis) {
    if (axis > 0) text += ", ";
    text += to_string(Dim(axes[axis]));
  }
  return text + ")";
}

std::optional<Index> counted(const Extents& extents) {
  std::optional<Index> elements = 1;
  for (std::size_t axis = 0; axis < extents.rank && elements; ++axis)
    elements = product(*elements, extents[axis]);
  return elements;
}

}  // namespace

std::string to_string(const Extents& extents) { return in_brackets(extents, extents.rank); }
std::string to_string(const Shape& shape) { return in_brackets(shape, shape.rank()); }

Extents::Extents(std::initializer_list<Index> axes) : rank(axes.size()) {
  if (rank > max_rank) throw ShapeError(fmt::format("an array has at most {} axes, not {}", max_rank, rank));
  std::copy(axes.begin(), axes.end(), sizes.begin());
  for (const Index size : axes)
    if (size < 0) throw ShapeError(fmt::format("an array cannot have an axis of size {}", size));
  if (!counted(*this))
    throw ShapeError(fmt::format("an array has at most {} elements, not {}", max_elements, to_string(*this)));
}

Shape::Shape(std::initializer_list<Dim> dims) : Shape(std::span<const Dim>(dims.begin(), dims.size())) {}

Shape::Shape(std::span<const Dim> dims) : rank_(dims.size()) {
  if (rank_ > max_rank) throw ShapeError(fmt::format("a shape has at most {} axes, not {}", max_rank, rank_));
  std::copy(dims.begin(), dims.end(), dims_.begin());
  for (Dim dim : dims)
    if (!dim.is_batch() && dim.at(0) < 1)
      throw ShapeError(fmt::format("the shape {} has an axis of size {}: every axis has at least one entry",
                                   in_brackets(dims_, rank_), dim.at(0)));
}

bool Shape::has_batch() const { return batch_axis() < rank_; }

std::size_t Shape::batch_axis() const {
  std::size_t axis = 0;
  while (axis < rank_ && !dims_[axis].is_batch()) ++axis;
  return axis;
}

Extents Shape::at(Index batch) const {
  Extents extents;
  extents.rank = rank_;
  extents.layout = layout_;
  for (std::size_t axis = 0; axis < rank_; ++axis) extents.sizes[axis] = dims_[axis].at(batch);
  return extents;
}

std::optional<Index> Shape::countable(Index batch) const { return counted(at(batch)); }

Index Shape::count(Index batch) const {
  if (const auto elements = countable(batch)) return *elements;
  throw ShapeError(fmt::format("an array has at most {} elements, but {} would have more for a batch of {}",
                               max_elements, gradus::to_string(*this), batch));
}

Shape Shape::in(Layout layout) const {
  Shape shape = *this;
  shape.layout_ = layout;
  return shape;
}

bool operator==(const Shape& a, const Shape& b) {
  return a.layout_ == b.layout_ && std::ranges::equal(a.dims(), b.dims());
}

Shape broadcast_shape(const Shape& a, const Shape& b) {
  const std::size_t rank = std::max(a.rank(), b.rank());
  std::array<Dim, max_rank> dims{};
  for (std::size_t back = 1; back <= rank; ++back) {
    const Dim left = back <= a.rank() ? a[a.rank() - back] : Dim(1);
    const Dim right = back <= b.rank() ? b[b.rank() - back] : Dim(1);
    if (left != right && left != Dim(1) && right != Dim(1))
      throw Mismatch{
          fmt::format("axes are aligned at the right and must be equal or 1, but {} stands against {}",
                      to_string(left), to_string(right))};
    dims[rank - back] = left == Dim(1) ? right : left;
  }
  return Shape(std::span<const Dim>(dims.data(), rank)).in(std::max(a.layout(), b.layout()));
}

std::size_t normal_axis(Index axis, std::size_t rank) {
  const Index positive = axis < 0 ? axis + static_cast<Index>(rank) : axis;
  if (positive < 0 || positive >= static_cast<Index>(rank))
    throw Mismatch{fmt::format("axis {} is outside of the {} axes of the input", axis, rank)};
  return static_cast<std::size_t>(positive);
}

}  // namespace gradus
