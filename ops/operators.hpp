#pragma once

#include <gradus/ops/add.hpp>
#include <gradus/ops/divide.hpp>
#include <gradus/ops/multiply.hpp>
#include <gradus/ops/negate.hpp>
#include <gradus/ops/subtract.hpp>

namespace gradus {

// Expressions and numbers, broadcast to one shape by NumPy's rule; at least one operand is an expression.

inline Expr operator+(Operand a, Operand b) { return add(a, b, a.location); }
inline Expr operator-(Operand a, Operand b) { return subtract(a, b, a.location); }
inline Expr operator*(Operand a, Operand b) { return multiply(a, b, a.location); }
inline Expr operator/(Operand a, Operand b) { return divide(a, b, a.location); }
inline Expr operator-(Operand x) { return negate(x.expr, x.location); }

}  // namespace gradus
