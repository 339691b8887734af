#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = sin x, x in radians.
struct Sin : Elementwise<1> {
  static constexpr Description description{"sin", "x", "sin x"};
  static constexpr std::string_view javascript = "Math.sin(x)";
  Expr vjp(const Expr& y, const Expr& ybar) const;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.sin();
  }
};

/// y = sin x, x in radians.
Expr sin(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
