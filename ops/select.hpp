#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = a where the mask is not 0, else b. What is not chosen may be NaN.
struct Select : Elementwise<3> {
  static constexpr Description description{"select", "m a b", "a where the mask m is not 0, else b",
                                           "what was chosen gets it"};
  static constexpr std::string_view javascript = "m !== 0 ? a : b";
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;

  template <class Y, class M, class A, class B>
  static void evaluate(Y& y, const M& m, const A& a, const B& b) {
    y = (m != typename M::Scalar(0)).select(a, b);
  }
};

/// y = a where the mask is not 0, else b.
Expr select(Operand mask, Operand a, Operand b, SourceLocation location = SourceLocation::current());

}  // namespace gradus
