#pragma once

#include <gradus/graph/graph.hpp>

#include <limits>

namespace gradus {

/// y[…, c] = 1 where c = x[…], else 0, for class numbers x from 0 to classes − 1; NaN where x is outside of
/// [0, classes), so that a wrong label cannot pass for an example without a class.
struct OneHot {
  static constexpr Description description{"one_hot", "1 at class x, else 0", "0"};
  static constexpr Kind kind = Kind::window;
  static constexpr std::size_t arity = 1;
  Index classes;

  Attributes attributes() const { return {{"classes", classes}}; }
  Shape infer(std::span<const Shape> inputs) const;
  static std::optional<std::size_t> apart(std::span<const Shape>, std::size_t, std::size_t axis) {
    return axis;
  }

  template <class Scalar>
  void evaluate(const Window<Scalar>& window) const {
    for (Index i = window.range.begin; i < window.range.end; ++i) {
      const Scalar x = (*window.in)[i / classes];
      const bool is_class = x >= 0 && x < static_cast<Scalar>(classes);
      window.out[i - window.range.begin] = !is_class ? std::numeric_limits<Scalar>::quiet_NaN()
                                           : x == static_cast<Scalar>(i % classes) ? 1
                                                                                   : 0;
    }
  }
};

/// The one-hot rows of class numbers; NaN for an x outside of [0, classes). Throws ShapeError for fewer than
/// 1 class.
Expr one_hot(Expr x, Index classes, Here here = Here::current());

}  // namespace gradus
