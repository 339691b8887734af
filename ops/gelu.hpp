#pragma once

#include <cmath>
#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = x Φ(x) with the cumulative normal distribution Φ (Hendrycks & Gimpel 2016), exact: Φ(x) = (1 +
/// erf(x/√2))/2.
struct Gelu : Elementwise<1> {
  static constexpr Description description{"gelu", "x", "x Φ(x), Φ the normal distribution"};
  static constexpr std::string_view javascript = "x * 0.5 * erfc(-x * Math.SQRT1_2)";
  Expr vjp(const Expr& y, const Expr& ybar) const;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    using Scalar = typename X::Scalar;
    y = x.unaryExpr([](Scalar v) { return v * (Scalar(0.5) * std::erfc(v * Scalar(-0.70710678118654752))); });
  }
};

/// y = x Φ(x) with the cumulative normal distribution Φ (Hendrycks & Gimpel 2016), exact: Φ(x) = (1 +
/// erf(x/√2))/2.
Expr gelu(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
