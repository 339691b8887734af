#pragma once

#include <gradus/graph/compile/blocked_layout.hpp>

namespace gradus {

/// What a convolution or a pooling finds in a shape: (examples, channels, rows, columns), or the same in
/// blocks.
struct Images {
  Dim examples;
  Index channels;
  Index rows;
  Index columns;
  Layout layout;

  /// Throws Mismatch naming `what` for a shape that holds no images.
  static Images of(const Shape& shape, const char* what);

  Shape shape() const;
};

/// The same of an array: how many images, or blocks of them, and how many lie side by side.
struct ImageExtents {
  Index count;
  Index channels;
  Index rows;
  Index columns;
  Index side_by_side;  ///< block_size in the blocked layout, else 1

  explicit ImageExtents(const Extents& extents)
      : count(extents[0]),
        channels(extents[1]),
        rows(extents[2]),
        columns(extents[3]),
        side_by_side(extents.layout == Layout::blocked ? block_size : 1) {}

  Index plane() const { return rows * columns; }
};

/// How many places a window of `extent` pixels has along an axis of `size`, `stride` pixels apart. Throws
/// Mismatch, naming the axis, where it has none.
Index places(const char* axis, const char* window, Index size, Index extent, Index stride, Index padding);

/// Channels and examples are independent in a pooling, rows and columns are not.
std::optional<std::size_t> independent_but_planes(std::size_t axis);

/// If y's op works on the images of a batch, which its inputs all are: the same on inputs in the blocked
/// layout.
Expr blocked_images(const Expr& y);

}  // namespace gradus
