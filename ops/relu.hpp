#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = max(x, 0), the rectifier; its derivative at 0 is taken as 0.
struct Relu : Elementwise<1> {
  static constexpr Description description{"relu", "x", "max(x, 0)"};
  static constexpr std::string_view javascript = "Math.max(x, 0)";
  static constexpr Instruction instruction = Instruction::relu;
  Expr vjp(const Expr& y, const Expr& ybar) const;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.max(typename X::Scalar(0));
  }
};

/// y = max(x, 0), the rectifier; its derivative at 0 is taken as 0.
Expr relu(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
