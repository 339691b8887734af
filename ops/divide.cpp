#include <cmath>
#include <gradus/graph/core_ops.hpp>
#include <gradus/ops/detail/cancel.hpp>
#include <gradus/ops/divide.hpp>
#include <gradus/ops/operators.hpp>

namespace gradus {

Expr Divide::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  return input == 0 ? ybar / y.input(1) : -(ybar * y / y.input(1));
}

Expr Divide::simplify(const Expr& y) {
  const Expr a = y.input(0);
  if (as<NoGradient>(a) != nullptr) return a;
  const auto value = fill_value(y.input(1));
  if (value == 1.0) return a;
  // Exact only for powers of two, whose inverse is a float again.
  int exponent = 0;
  if (value && std::abs(std::frexp(*value, &exponent)) == 0.5 && within_float(1.0 / *value))
    return a * y.graph().constant(1.0 / *value, y.shape());
  return push_below_broadcast(y);
}

Expr Divide::stabilise(const Expr& y) { return cancel_quotients(y); }

Expr divide(Operand a, Operand b, Here here) { return elementwise(Divide{}, {a, b}, here); }

}  // namespace gradus
