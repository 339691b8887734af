#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = −1, 0 or 1, NaN of NaN; its derivative is 0 wherever there is one.
struct Sign : Elementwise<1> {
  static constexpr Description description{"sign", "x", "−1, 0 or 1 as x is negative, zero or positive"};
  static constexpr std::string_view javascript = "Math.sign(x)";
  static constexpr bool flat = true;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    using Scalar = typename X::Scalar;
    y = (x > Scalar(0))
            .select(X::Constant(x.size(), Scalar(1)),
                    (x < Scalar(0)).select(X::Constant(x.size(), Scalar(-1)), x));
  }
};

/// y = −1, 0 or 1; its derivative is 0 wherever there is one.
Expr sign(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
