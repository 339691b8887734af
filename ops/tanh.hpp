#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = tanh x.
struct Tanh : Elementwise<1> {
  static constexpr Description description{"tanh", "x", "tanh x"};
  static constexpr std::string_view javascript = "Math.tanh(x)";
  Expr vjp(const Expr& y, const Expr& ybar) const;

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x.tanh();
  }
};

/// y = tanh x.
Expr tanh(Expr x, SourceLocation location = SourceLocation::current());

}  // namespace gradus
