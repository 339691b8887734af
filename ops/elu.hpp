#pragma once

#include <gradus/ops/detail/ieee.hpp>
#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = x where x > 0, else s (eˣ − 1) (Clevert, Unterthiner & Hochreiter 2016).
struct Elu : Elementwise<1> {
  static constexpr Description description{"elu", "x", "x where x > 0, else s (eˣ − 1)"};
  static constexpr std::string_view javascript = "x > 0 ? x : scale * Math.expm1(x)";
  double scale;

  Attributes attributes() const { return {{"scale", scale}}; }
  Expr vjp(const Expr& y, const Expr& ybar) const;

  template <class Y, class X>
  void evaluate(Y& y, const X& x) const {
    using Scalar = typename X::Scalar;
    y = x.unaryExpr(ieee::Elu<Scalar>{static_cast<Scalar>(scale)});
  }
};

/// y = x where x > 0, else s (eˣ − 1) (Clevert, Unterthiner & Hochreiter 2016).
Expr elu(Expr x, double scale = 1.0, SourceLocation location = SourceLocation::current());

}  // namespace gradus
