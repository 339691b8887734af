#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = x².
struct Square : Elementwise<1> {
  static constexpr Description description{"square", "x", "x²"};
  static constexpr std::string_view javascript = "x * x";
  static constexpr Instruction instruction = Instruction::square;
  Expr vjp(const Expr& y, const Expr& ybar) const;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.square();
  }
};

/// y = x².
Expr square(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
