#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = a / b, element by element.
struct Divide : Elementwise<2> {
  static constexpr Description description{"divide", "a b", "a / b"};
  static constexpr std::string_view javascript = "a / b";
  static constexpr Instruction instruction = Instruction::divide;
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;
  static Rules rules();

  template <class Y, class A, class B>
  static void evaluate(Y& y, const A& a, const B& b) {
    y = a / b;
  }
};

/// y = a / b, element by element.
Expr divide(Operand a, Operand b, SourceLocation location = SourceLocation::current());

}  // namespace gradus
