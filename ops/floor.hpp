#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = ⌊x⌋; its derivative is 0 wherever there is one.
struct Floor : Elementwise<1> {
  static constexpr Description description{"floor", "x", "⌊x⌋, the largest whole number ≤ x"};
  static constexpr std::string_view javascript = "Math.floor(x)";
  static constexpr bool flat = true;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.floor();
  }
};

/// y = ⌊x⌋; its derivative is 0 wherever there is one.
Expr floor(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
