#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = −x.
struct Negate : Elementwise<1> {
  static constexpr Description description{"negate", "x", "−x"};
  Expr vjp(const Expr& y, const Expr& ybar) const;
  static Rules rules();

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = -x;
  }
};

/// y = −x.
Expr negate(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
