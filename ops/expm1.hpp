#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = eˣ − 1, exact for small x too.
struct Expm1 : Elementwise<1> {
  static constexpr Description description{"expm1", "x", "eˣ − 1"};
  static constexpr std::string_view javascript = "Math.expm1(x)";
  Expr vjp(const Expr& y, const Expr& ybar) const;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.expm1();
  }
};

/// y = eˣ − 1, exact for small x too.
Expr expm1(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
