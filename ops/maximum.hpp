#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = max(a, b).
struct Maximum : Elementwise<2> {
  static constexpr Description description{"maximum", "max(a, b)",
                                           "ȳ to the larger; half to each where equal"};
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;

  template <class Y, class A, class B>
  static void evaluate(Y& y, const A& a, const B& b) {
    // Eigen's max keeps a NaN on its left only.
    y = (b == b).select(a.max(b), b);
  }
};

/// y = max(a, b).
Expr maximum(Operand a, Operand b, Here here = Here::current());

}  // namespace gradus
