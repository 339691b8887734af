#pragma once

#include <gradus/ops/axes.hpp>
#include <gradus/ops/detail/extreme.hpp>

#include <algorithm>

namespace gradus {

/// y = max x along one axis.
struct Max : ReducedAxes {
  static constexpr Description description{
      "max", "x", "max x along an axis",
      "the largest along the axis gets all of it; several that are equal share it"};
  static constexpr std::string_view javascript = R"(
    const { count, stride, first } = linesAlong(x, axes[0]);
    for (let i = 0; i < y.length; ++i) {
      let at = first(i);
      y[i] = x[at];
      for (let k = 1; k < count; ++k) if (isLarger(x[at += stride], y[i])) y[i] = x[at];
    }
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 1;

  Expr vjp(const Expr& y, const Expr& ybar) const;

  static double operations(std::span<const Extents> inputs, const Extents&) {
    return static_cast<double>(inputs[0].count());
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const {
    for_each_line(call, normal_axis(axes[0], call.in[0].extents.rank),
                  [&](Index i, const Scalar* x, Index count, Index stride) {
                    Scalar best = x[0];
                    for (Index k = 1; k < count; ++k) {
                      const Scalar next = x[k * stride];
                      // NaN is neither larger nor smaller, and must not be lost.
                      if (next > best || next != next) best = next;
                    }
                    call.output[i] = best;
                  });
  }
};

/// The largest value along an axis. Throws ShapeError for an axis x lacks.
Expr max(Expr x, Index axis, KeepAxes keep = KeepAxes::no,
         SourceLocation location = SourceLocation::current());

}  // namespace gradus
