#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = max(a, b).
struct Maximum : Elementwise<2> {
  static constexpr Description description{"maximum", "a b", "max(a, b)",
                                           "the larger gets all of it; two that are equal share it"};
  static constexpr std::string_view javascript = "Math.max(a, b)";
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;

  template <class Y, class A, class B>
  static void evaluate(Y& y, const A& a, const B& b) {
    // Eigen's max keeps a NaN on its left only.
    y = (b == b).select(a.max(b), b);
  }
};

/// y = max(a, b).
Expr maximum(Operand a, Operand b, SourceLocation location = SourceLocation::current());

}  // namespace gradus
