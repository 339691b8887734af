#pragma once

#include <gradus/ops/elementwise.hpp>

namespace gradus {

/// y = 1 where a > b, else 0: a mask. Its derivative is 0 wherever there is one.
struct Greater : Elementwise<2> {
  static constexpr Description description{"greater", "a b", "[a > b], 1 where it holds, else 0"};
  static constexpr std::string_view javascript = "a > b ? 1 : 0";
  static constexpr Instruction instruction = Instruction::greater;
  static constexpr bool flat = true;

  template <class Y, class A, class B>
  static void evaluate(Y& y, const A& a, const B& b) {
    y = (a > b).template cast<typename A::Scalar>();
  }
};

/// y = 1 where a > b, else 0: a mask. Its derivative is 0 wherever there is one.
Expr greater(Operand a, Operand b, SourceLocation location = SourceLocation::current());

}  // namespace gradus
