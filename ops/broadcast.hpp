#pragma once

#include <gradus/graph/declare/graph.hpp>

#include <algorithm>

namespace gradus {

/// y[…, i, …] = x[…, 0, …] along axes that x lacks or has once. Its VJP sums over them, so this is the one
/// place where broadcasts are undone.
struct Broadcast {
  static constexpr Description description{"broadcast", "x", "x repeated along new axes and axes of size 1",
                                           "summed over what was repeated"};
  static constexpr std::string_view javascript = R"(
    const from = placesIn(x, y);
    for (let i = 0; i < y.length; ++i) y[i] = x[from[i]];
  )";
  static constexpr Kind kind = Kind::gather;
  static constexpr std::size_t arity = 1;
  Shape shape;

  Attributes attributes() const { return {{"shape", shape}}; }
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar) const;
  std::optional<std::size_t> independent_axis(std::span<const Shape> inputs, std::size_t,
                                              std::size_t axis) const {
    const std::size_t own = axis + shape.rank() - inputs[0].rank();
    if (inputs[0][axis] == shape[own]) return own;
    return std::nullopt;
  }
  static Rules rules();
  static Expr blocked(const Expr& y);

  template <class Scalar>
  void evaluate(const GatherTile<Scalar>& tile) const {
    const View<const Scalar>& x = *tile.in;
    if (x.size() == 1) {
      std::fill_n(tile.out, tile.range.size(), x.data[0]);
      return;
    }
    if (repeats_rows(x.extents, tile.extents))
      repeat_rows(tile, x);
    else
      gather(tile, x);
  }

 private:
  /// Leading axes repeat the whole of x: adding a bias to every example.
  static bool repeats_rows(const Extents& x, const Extents& y) {
    std::size_t leading = 0;
    while (leading < x.rank && x[leading] == 1) ++leading;
    for (std::size_t back = 1; back <= x.rank - leading; ++back)
      if (x[x.rank - back] != y[y.rank - back]) return false;
    return true;
  }

  template <class Scalar>
  static void repeat_rows(const GatherTile<Scalar>& tile, const View<const Scalar>& x) {
    const Index period = x.size();
    Scalar* out = tile.out;
    Index left = tile.range.size();
    Index from = tile.range.begin % period;
    while (left > 0) {
      const Index run = std::min(left, period - from);
      out = std::copy_n(x.data + from, run, out);
      left -= run;
      from = 0;
    }
  }

  /// Any pattern: x's stride is 0 along the axes that repeat; runs are filled over the last axes that x has
  /// once each, or copied along the last.
  template <class Scalar>
  static void gather(const GatherTile<Scalar>& tile, const View<const Scalar>& x) {
    const Extents& y = tile.extents;
    std::array<Index, max_rank> stride{};
    Index step = 1;
    for (std::size_t back = 1; back <= x.extents.rank; ++back) {
      const Index size = x.extents[x.extents.rank - back];
      stride[y.rank - back] = size == 1 ? 0 : step;
      step *= size;
    }
    std::size_t outer = y.rank - 1;
    Index row = y[outer];
    if (stride[outer] == 0)
      while (outer > 0 && stride[outer - 1] == 0) row *= y[--outer];
    Scalar* out = tile.out;
    for (Index at = tile.range.begin; at < tile.range.end;) {
      Index rest = at / row;
      Index from = 0;
      for (std::size_t axis = outer; axis-- > 0;) {
        from += rest % y[axis] * stride[axis];
        rest /= y[axis];
      }
      const Index column = at % row;
      const Index run = std::min(row - column, tile.range.end - at);
      if (stride[y.rank - 1] == 0)
        std::fill_n(out, run, x.data[from]);
      else
        std::copy_n(x.data + from + column, run, out);
      out += run;
      at += run;
    }
  }
};

/// x repeated to `shape`; x itself when it has that shape. Throws ShapeError when NumPy's rule does not lead
/// there.
Expr broadcast_to(Expr x, const Shape& shape, SourceLocation location = SourceLocation::current());

/// The sum over the axes along which `shape` was broadcast to x's, of the shape `shape`.
Expr sum_to(Expr x, const Shape& shape, SourceLocation location = SourceLocation::current());

}  // namespace gradus
