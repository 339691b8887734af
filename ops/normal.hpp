#pragma once

#include <gradus/ops/elementwise.hpp>

#include <cmath>

namespace gradus {

/// Φ(x) = (1 + erf(x/√2)) / 2, the cumulative distribution of the standard normal.
struct NormalDistribution : Elementwise<1> {
  static constexpr Description description{"normal_distribution", "x", "Φ(x) = (1 + erf(x/√2)) / 2"};
  static constexpr std::string_view javascript = "0.5 * erfc(-x * Math.SQRT1_2)";
  Expr vjp(const Expr& y, const Expr& ybar) const;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    using Scalar = typename X::Scalar;
    y = x.unaryExpr([](Scalar v) { return Scalar(0.5) * std::erfc(v * Scalar(-0.70710678118654752)); });
  }
};

/// y = Φ(x), the cumulative distribution of the standard normal.
Expr normal_distribution(Expr x, SourceLocation location = SourceLocation::current());

/// y = φ(x) = e^(−x²/2) / √(2π), the density of the standard normal.
Expr normal_density(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
