#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = −x.
struct Negate : Elementwise<1> {
  static constexpr Description description{"negate", "x", "−x"};
  static constexpr std::string_view javascript = "-x";
  static constexpr Instruction instruction = Instruction::negate;
  Expr vjp(const Expr& y, const Expr& ybar) const;
  static Rules rules();

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    // Eigen's −x may be 0 − x, which is 0 for 0.
    y = x * typename X::Scalar(-1);
  }
};

/// y = −x.
Expr negate(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
