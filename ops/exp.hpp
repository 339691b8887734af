#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = eˣ.
struct Exp : Elementwise<1> {
  static constexpr Description description{"exp", "eˣ", "y ȳ"};
  Expr vjp(const Expr& y, const Expr& ybar) const;
  static constexpr bool positive = true;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.exp();
  }
};

/// y = eˣ.
Expr exp(Expr x, Here here = Here::current());

}  // namespace gradus
