#pragma once

#include <gradus/ops/detail/ieee.hpp>
#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = √x for x ≥ 0; NaN of x < 0.
struct Sqrt : Elementwise<1> {
  static constexpr Description description{"sqrt", "x", "√x"};
  static constexpr std::string_view javascript = "Math.sqrt(x)";
  static constexpr Instruction instruction = Instruction::sqrt;
  Expr vjp(const Expr& y, const Expr& ybar) const;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.unaryExpr(ieee::Sqrt<typename X::Scalar>());
  }
};

/// y = √x for x ≥ 0; NaN of x < 0.
Expr sqrt(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
