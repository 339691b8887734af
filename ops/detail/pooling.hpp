#pragma once

#include <gradus/ops/detail/images.hpp>
#include <gradus/ops/detail/side_by_side.hpp>
#include <gradus/ops/max_pool.hpp>

#include <algorithm>
#include <type_traits>

namespace gradus {

/// The images after a pooling. Throws Mismatch when a window is larger than the image.
Images pooled(const Images& x, const Pooling& how);

/// Throws ValueError for a window or stride below 1.
Pooling checked_pooling(const char* op, Index window, std::optional<Index> stride, SourceLocation location);

/// Calls f(offset of the window's first pixel, offset of its output, first lane) for every window of one
/// plane, in pixels, and every slice of the `Lanes` images side by side.
template <class Scalar, Index Lanes, class F>
[[gnu::always_inline]] inline void for_each_window(const ImageExtents& x, const ImageExtents& y,
                                                   const Pooling& how, const F& f) {
  for (Index r = 0; r < y.rows; ++r)
    for (Index c = 0; c < y.columns; ++c)
      for_each_slice<Scalar, Lanes>(
          [&](Index lane) { f(r * how.stride * x.columns + c * how.stride, r * y.columns + c, lane); });
}

/// Calls f(offset) for every pixel of a window, row by row. `window` is its size, a constant or not.
template <class Window, class F>
void for_each_pixel(Index first, const ImageExtents& x, Window window, const F& f) {
  for (Index p = 0; p < window; ++p)
    for (Index q = 0; q < window; ++q) f(first + p * x.columns + q);
}

/// Calls f(lanes, window, plane number) for every plane of the part, with the number of pixels that lie side
/// by side as a constant, and the size of the window too where it is the usual one.
template <class F>
void for_each_plane(const ImageExtents& x, const Pooling& how, Range part, const F& f) {
  const auto all = [&](auto lanes, auto window) {
    for (Index plane = part.begin * x.channels; plane < part.end * x.channels; ++plane)
      f(lanes, window, plane);
  };
  using Blocked = std::integral_constant<Index, block_size>;
  if (x.side_by_side != block_size)
    all(std::integral_constant<Index, 1>(), how.window);
  else if (how.window == 2)
    all(Blocked(), std::integral_constant<Index, 2>());
  else
    all(Blocked(), how.window);
}

}  // namespace gradus
