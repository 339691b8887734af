#pragma once

#include <gradus/ops/sum.hpp>

namespace gradus {

/// y = (1/n) Σ x over the named axes, n their number of elements.
struct Mean : ReducedAxes {
  static constexpr Description description{"mean", "x", "(1/n) Σ x over n elements along axes",
                                           "each element gets an equal part"};
  static constexpr std::string_view javascript = R"(
    const to = placesIn(y, x, axes);
    y.fill(0);
    for (let i = 0; i < x.length; ++i) y[to[i]] += x[i];
    const n = x.length / y.length;
    for (let i = 0; i < y.length; ++i) y[i] /= n;
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 1;

  Expr vjp(const Expr& y, const Expr& ybar) const;
  static Expr blocked(const Expr& y);

  /// A sum, and a division for each of its results.
  static double operations(std::span<const Extents> inputs, const Extents& output) {
    return static_cast<double>(inputs[0].count() + output.count());
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const {
    sum_into(call, reduced(call.in[0].extents.rank));
    const Index rows = call.output.extents.rank == 0 ? 1 : call.output.extents[0];
    const Index row = call.output.size() / rows;
    const auto n = static_cast<Scalar>(call.in[0].size() / call.output.size());
    for (Index i = call.part.begin * row; i < call.part.end * row; ++i) call.output[i] /= n;
  }
};

/// The mean over axes. Throws ShapeError for an axis x lacks or one named twice. x itself for no axes.
Expr mean(Expr x, const std::vector<Index>& axes, KeepAxes keep = KeepAxes::no,
          SourceLocation location = SourceLocation::current());

/// The mean over all axes: a scalar.
Expr mean(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
