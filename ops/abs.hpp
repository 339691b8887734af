#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = |x|; its derivative at 0 is taken as 0.
struct Abs : Elementwise<1> {
  static constexpr Description description{"abs", "x", "|x|"};
  static constexpr std::string_view javascript = "Math.abs(x)";
  Expr vjp(const Expr& y, const Expr& ybar) const;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.abs();
  }
};

/// y = |x|; its derivative at 0 is taken as 0.
Expr abs(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
