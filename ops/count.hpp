#pragma once

#include <gradus/ops/axes.hpp>

namespace gradus {

/// y = the number of elements of x along the named axes: what a mean divides by. A scalar that depends on the
/// batch alone, so that one program serves every batch size.
struct Count {
  static constexpr Description description{"count", "x", "n, the number of elements of x along axes"};
  static constexpr std::string_view javascript =
      "y[0] = axes.reduce((count, axis) => count * x.sizes.at(axis), 1);";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 1;
  static constexpr bool flat = true;
  static constexpr bool sizes_only = true;
  std::vector<Index> axes;

  Attributes attributes() const { return {{"axes", axes}}; }
  Shape infer(std::span<const Shape> inputs) const {
    axis_set(axes, inputs[0].rank());
    return {};
  }
  static Rules rules();
  static Expr blocked(const Expr& y);

  static double operations(std::span<const Extents>, const Extents&) { return 0; }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const {
    const Extents& x = call.in[0].extents;
    Index count = 1;
    for (const Index axis : axes) count *= x[normal_axis(axis, x.rank)];
    call.output[0] = static_cast<Scalar>(count);
  }
};

/// The same number from the batch size and x's shape alone, so that x itself need not be there.
Expr count_by_shape(Expr x, const std::vector<Index>& axes);

/// The number of elements along axes, as a scalar. Throws ShapeError for an axis x lacks or one named twice.
Expr count(Expr x, const std::vector<Index>& axes, SourceLocation location = SourceLocation::current());

}  // namespace gradus
