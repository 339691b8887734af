#pragma once

#include <gradus/ops/detail/images.hpp>
#include <gradus/ops/max_pool.hpp>

#include <algorithm>

namespace gradus {

/// The pixels that lie side by side, one or those of a block of examples, as one value of the compiler's
/// vector extensions: comparisons make masks, and `mask ? a : b` chooses lane by lane.
template <class Scalar, Index Lanes>
struct SideBySide {
  using Value = Scalar;
};
template <>
struct SideBySide<float, block_size> {
  typedef float Value __attribute__((vector_size(block_size * sizeof(float)), aligned(alignment), may_alias));
};
template <>
struct SideBySide<double, block_size> {
  typedef double Value
      __attribute__((vector_size(block_size * sizeof(double)), aligned(alignment), may_alias));
};
template <class Scalar, Index Lanes>
using Pixels = typename SideBySide<Scalar, Lanes>::Value;

template <class Scalar, Index Lanes>
const Pixels<Scalar, Lanes>& pixels(const Scalar* plane, Index at) {
  return *reinterpret_cast<const Pixels<Scalar, Lanes>*>(plane + at * Lanes);
}
template <class Scalar, Index Lanes>
Pixels<Scalar, Lanes>& pixels(Scalar* plane, Index at) {
  return *reinterpret_cast<Pixels<Scalar, Lanes>*>(plane + at * Lanes);
}

/// The images after a pooling. Throws Mismatch when a window is larger than the image.
Images pooled(const Images& x, const Pooling& how);

/// Throws ValueError for a window or stride below 1.
Pooling checked_pooling(const char* op, Index window, std::optional<Index> stride, SourceLocation location);

/// Calls f(offset of the window's first pixel, offset of its output) for every window of one plane, in
/// pixels.
template <class F>
void for_each_window(const ImageExtents& x, const ImageExtents& y, const Pooling& how, const F& f) {
  for (Index r = 0; r < y.rows; ++r)
    for (Index c = 0; c < y.columns; ++c) f(r * how.stride * x.columns + c * how.stride, r * y.columns + c);
}

/// Calls f(offset) for every pixel of a window, row by row.
template <class F>
void for_each_pixel(Index first, const ImageExtents& x, const Pooling& how, const F& f) {
  for (Index p = 0; p < how.window; ++p)
    for (Index q = 0; q < how.window; ++q) f(first + p * x.columns + q);
}

/// Calls f(lanes, image plane number, output plane number) for every plane of the part, with the number of
/// pixels that lie side by side as a constant.
template <class F>
void for_each_plane(const ImageExtents& x, Range part, const F& f) {
  const auto all = [&](auto lanes) {
    for (Index plane = part.begin * x.channels; plane < part.end * x.channels; ++plane) f(lanes, plane);
  };
  if (x.side_by_side == block_size)
    all(std::integral_constant<Index, block_size>());
  else
    all(std::integral_constant<Index, 1>());
}

}  // namespace gradus
