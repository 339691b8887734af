#pragma once

#include <gradus/ops/axes.hpp>
#include <gradus/ops/detail/extreme.hpp>

#include <cmath>

namespace gradus {

/// y = the position of the largest x along one axis, the first where several are; of the first NaN where
/// there is one.
struct Argmax : ReducedAxes {
  static constexpr Description description{"argmax", "x", "position of max x along an axis"};
  static constexpr std::string_view javascript = R"(
    const { count, stride, first } = linesAlong(x, axes[0]);
    for (let i = 0; i < y.length; ++i) {
      const from = first(i);
      let best = 0;
      for (let k = 1; k < count; ++k) if (isLarger(x[from + k * stride], x[from + best * stride])) best = k;
      y[i] = best;
    }
  )";
  static constexpr Kind kind = Kind::rowwise;
  static constexpr std::size_t arity = 1;
  static constexpr bool flat = true;

  static double operations(std::span<const Extents> inputs, const Extents&) {
    return static_cast<double>(inputs[0].count());
  }

  template <class Scalar>
  void evaluate(const Call<Scalar>& call) const {
    for_each_line(call, normal_axis(axes[0], call.in[0].extents.rank),
                  [&](Index i, const Scalar* x, Index count, Index stride) {
                    Index best = 0;
                    for (Index k = 1; k < count; ++k)
                      if (x[k * stride] > x[best * stride] ||
                          (std::isnan(x[k * stride]) && !std::isnan(x[best * stride])))
                        best = k;
                    call.output[i] = static_cast<Scalar>(best);
                  });
  }
};

/// The position of the largest value along an axis, as a number; that of a NaN comes before all others. Its
/// derivative is 0 wherever there is one. Throws ShapeError for an axis x lacks.
Expr argmax(Expr x, Index axis = -1, KeepAxes keep = KeepAxes::no,
            SourceLocation location = SourceLocation::current());

}  // namespace gradus
