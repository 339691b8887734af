#pragma once

#include <gradus/graph/declare/graph.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace gradus {

/// y[…, c] = 1 where c = x[…], else 0, for class numbers x, whole ones from 0 to classes − 1. Of any other x
/// the whole row is NaN, so that a wrong label cannot pass for an example without a class.
struct OneHot {
  static constexpr Description description{"one_hot", "x", "1 at class x, else 0"};
  static constexpr std::string_view javascript = R"(
    for (let i = 0; i < x.length; ++i) {
      const known = Number.isInteger(x[i]) && x[i] >= 0 && x[i] < classes;
      y.fill(known ? 0 : NaN, i * classes, (i + 1) * classes);
      if (known) y[i * classes + x[i]] = 1;
    }
  )";
  static constexpr Kind kind = Kind::gather;
  static constexpr std::size_t arity = 1;
  static constexpr bool flat = true;
  Index classes;

  Attributes attributes() const { return {{"classes", classes}}; }
  Shape infer(std::span<const Shape> inputs) const;
  static std::optional<std::size_t> independent_axis(std::span<const Shape>, std::size_t, std::size_t axis) {
    return axis;
  }

  template <class Scalar>
  void evaluate(const GatherTile<Scalar>& tile) const {
    Scalar* out = tile.out;
    for (Index i = tile.range.begin; i < tile.range.end;) {
      const Index row = i / classes;
      const Index end = std::min((row + 1) * classes, tile.range.end);
      const Scalar x = (*tile.in)[row];
      const bool is_class = x >= 0 && x < static_cast<Scalar>(classes) && x == std::floor(x);
      Scalar* const to = out;
      out = std::fill_n(to, end - i, is_class ? Scalar(0) : std::numeric_limits<Scalar>::quiet_NaN());
      const Index hot = is_class ? row * classes + static_cast<Index>(x) : -1;
      if (hot >= i && hot < end) to[hot - i] = 1;
      i = end;
    }
  }
};

/// The one-hot rows of class numbers; a row of NaN for an x that is none of 0, 1, …, classes − 1. Throws
/// ShapeError for fewer than 1 class.
Expr one_hot(Expr x, Index classes, SourceLocation location = SourceLocation::current());

}  // namespace gradus
