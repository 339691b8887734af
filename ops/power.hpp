#pragma once

#include <gradus/ops/detail/ieee.hpp>
#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = xᵖ for a constant p; x ≥ 0 unless p is whole, √x for p = ½.
struct Power : Elementwise<1> {
  static constexpr Description description{"power", "x", "xᵖ"};
  static constexpr std::string_view javascript = "exponent === 0.5 ? Math.sqrt(x) : x ** exponent";
  double exponent;

  Attributes attributes() const { return {{"exponent", exponent}}; }
  Expr vjp(const Expr& y, const Expr& ybar) const;
  static Rules rules();

  template <class Y, class X>
  void evaluate(Y& y, const X& x) const {
    using Scalar = typename X::Scalar;
    if (exponent == 0.5)
      y = x.unaryExpr(ieee::Sqrt<Scalar>());
    else
      y = x.unaryExpr(ieee::Power<Scalar>{static_cast<Scalar>(exponent)});
  }
};

/// y = xᵖ for a constant p; x ≥ 0 unless p is whole.
Expr power(Expr x, double exponent, SourceLocation location = SourceLocation::current());

}  // namespace gradus
