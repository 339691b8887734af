#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = cos x, x in radians.
struct Cos : Elementwise<1> {
  static constexpr Description description{"cos", "x", "cos x"};
  static constexpr std::string_view javascript = "Math.cos(x)";
  Expr vjp(const Expr& y, const Expr& ybar) const;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.cos();
  }
};

/// y = cos x, x in radians.
Expr cos(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
