#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = a − b.
struct Subtract : Elementwise<2> {
  static constexpr Description description{"subtract", "a b", "a − b"};
  static constexpr std::string_view javascript = "a - b";
  static constexpr Instruction instruction = Instruction::subtract;
  Expr vjp(const Expr& y, const Expr& ybar, std::size_t input) const;
  static Rules rules();

  template <class Y, class A, class B>
  static void evaluate(Y& y, const A& a, const B& b) {
    y = a - b;
  }
};

/// y = a − b.
Expr subtract(Operand a, Operand b, SourceLocation location = SourceLocation::current());

}  // namespace gradus
