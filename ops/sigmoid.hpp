#pragma once

#include <gradus/ops/detail/ieee.hpp>
#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = σ(x) = 1 / (1 + e⁻ˣ), the logistic function; 0 where that is below the smallest normal number.
struct Sigmoid : Elementwise<1> {
  static constexpr Description description{"sigmoid", "x", "σ(x) = 1 / (1 + e⁻ˣ)"};
  static constexpr std::string_view javascript = "1 / (1 + Math.exp(-x))";
  Expr vjp(const Expr& y, const Expr& ybar) const;
  static constexpr bool positive = true;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.unaryExpr(ieee::Logistic<typename X::Scalar>());
  }
};

/// y = σ(x) = 1 / (1 + e⁻ˣ), the logistic function; 0 where that is below the smallest normal number.
Expr sigmoid(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
