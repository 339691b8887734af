#pragma once

#include <gradus/ops/detail/ieee.hpp>
#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = ln(1 + eˣ), computed as max(x, 0) + ln(1 + e⁻|ˣ|) so that it does not
/// overflow; eˣ is 0 where it is below the smallest normal number.
struct Softplus : Elementwise<1> {
  static constexpr Description description{"softplus", "x", "ln(1 + eˣ)"};
  static constexpr std::string_view javascript = "Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))";
  Expr vjp(const Expr& y, const Expr& ybar) const;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    using Scalar = typename X::Scalar;
    y = x.max(Scalar(0)) + (-x.abs()).unaryExpr(ieee::Exp<Scalar>()).log1p();
  }
};

/// y = ln(1 + eˣ), computed as max(x, 0) + ln(1 + e⁻|ˣ|) so that it does not
/// overflow; eˣ is 0 where it is below the smallest normal number.
Expr softplus(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
