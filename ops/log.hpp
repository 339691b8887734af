#pragma once

#include <gradus/ops/detail/ieee.hpp>
#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = ln x for x > 0; −∞ of 0, NaN of x < 0.
struct Log : Elementwise<1> {
  static constexpr Description description{"log", "x", "ln x"};
  static constexpr std::string_view javascript = "Math.log(x)";
  Expr vjp(const Expr& y, const Expr& ybar) const;
  static Rules rules();

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.unaryExpr(ieee::Log<typename X::Scalar>());
  }
};

/// y = ln x for x > 0; −∞ of 0, NaN of x < 0.
Expr log(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
