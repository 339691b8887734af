#pragma once

#include <gradus/graph/declare/graph.hpp>

namespace gradus {

/// The same numbers, row-major, under another shape.
struct Reshape {
  static constexpr Description description{"reshape", "x", "x under another shape", "under the old shape"};
  static constexpr std::string_view javascript = "y.set(x);";
  static constexpr Kind kind = Kind::view;
  static constexpr std::size_t arity = 1;
  Shape shape;

  Attributes attributes() const { return {{"shape", shape}}; }
  Shape infer(std::span<const Shape> inputs) const;
  Expr vjp(const Expr& y, const Expr& ybar) const;
  std::optional<std::size_t> independent_axis(std::span<const Shape> inputs, std::size_t,
                                              std::size_t axis) const;
  static Rules rules();
};

/// x under another shape of as many elements, the batch axis staying one axis. Throws ShapeError otherwise.
Expr reshape(Expr x, const Shape& shape, SourceLocation location = SourceLocation::current());

}  // namespace gradus
