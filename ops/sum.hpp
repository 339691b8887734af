#pragma once

#include <gradus/ops/axes.hpp>

#include <algorithm>

namespace gradus {

/// y = Σ x over the named axes.
struct Sum : ReducedAxes {
  static constexpr Description description{"sum", "x", "Σ x over axes", "each element gets all of it"};
  static constexpr std::string_view javascript = R"(
    const to = placesIn(y, x, axes);
    y.fill(0);
    for (let i = 0; i < x.length; ++i) y[to[i]] += x[i];
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 1;

  Expr vjp(const Expr& y, const Expr& ybar) const;
  static Rules rules();
  static Expr blocked(const Expr& y);

  static double operations(std::span<const Extents> inputs, const Extents&) {
    return static_cast<double>(inputs[0].count());
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const;
};

/// Σ x over axes, counted from the front or (negative) from the back. Throws ShapeError for an axis x lacks
/// or one named twice. x itself for no axes.
Expr sum(Expr x, const std::vector<Index>& axes, KeepAxes keep = KeepAxes::no,
         SourceLocation location = SourceLocation::current());

/// Σ x over all axes: a scalar.
Expr sum(Expr x, SourceLocation location = SourceLocation::current());

/// Σ over rows [part) of the output of a reduction; the kernel of sum and mean.
/// Long sums are made of chunks of a fixed length, so that their bits depend on nothing but the numbers.
template <class Scalar>
void sum_into(const Call<Scalar>& call, const AxisSet& reduced);

template <class Scalar>
void Sum::evaluate(const Call<Scalar>& call) const {
  sum_into(call, reduced(call.in[0].extents.rank));
}

}  // namespace gradus
