#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = a + b.
struct Add : Elementwise<2> {
  static constexpr Description description{"add", "a b", "a + b"};
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;
  static Expr simplify(const Expr& y);

  template <class Y, class A, class B>
  static void evaluate(Y& y, const A& a, const B& b) {
    y = a + b;
  }
};

/// y = a + b.
Expr add(Operand a, Operand b, Here here = Here::current());

}  // namespace gradus
