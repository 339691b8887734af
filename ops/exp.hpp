#pragma once

#include <gradus/ops/detail/ieee.hpp>
#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = eˣ; 0 where that is below the smallest normal number.
struct Exp : Elementwise<1> {
  static constexpr Description description{"exp", "x", "eˣ"};
  static constexpr std::string_view javascript = "Math.exp(x)";
  Expr vjp(const Expr& y, const Expr& ybar) const;
  static constexpr bool positive = true;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.unaryExpr(ieee::Exp<typename X::Scalar>());
  }
};

/// y = eˣ; 0 where that is below the smallest normal number.
Expr exp(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
