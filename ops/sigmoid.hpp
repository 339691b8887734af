#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = σ(x) = 1 / (1 + e⁻ˣ), the logistic function.
struct Sigmoid : Elementwise<1> {
  static constexpr Description description{"sigmoid", "σ(x) = 1 / (1 + e⁻ˣ)", "y (1 − y) ȳ"};
  Expr vjp(const Expr& y, const Expr& ybar) const;
  static constexpr bool positive = true;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.logistic();
  }
};

/// y = σ(x) = 1 / (1 + e⁻ˣ), the logistic function.
Expr sigmoid(Expr x, Here here = Here::current());

}  // namespace gradus
