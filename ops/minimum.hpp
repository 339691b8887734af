#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = min(a, b).
struct Minimum : Elementwise<2> {
  static constexpr Description description{"minimum", "a b", "min(a, b)",
                                           "the smaller gets all of it; two that are equal share it"};
  static constexpr std::string_view javascript = "Math.min(a, b)";
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;

  template <class Y, class A, class B>
  static void evaluate(Y& y, const A& a, const B& b) {
    // Eigen's min keeps a NaN on its left only.
    y = (b == b).select(a.min(b), b);
  }
};

/// y = min(a, b).
Expr minimum(Operand a, Operand b, SourceLocation location = SourceLocation::current());

}  // namespace gradus
