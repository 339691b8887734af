#include <gradus/ops/detail/cancel.hpp>
#include <gradus/ops/divide.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/patterns.hpp>

#include <cmath>

namespace gradus {

Expr Divide::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  return input == 0 ? ybar / y.input(1) : -(ybar * y / y.input(1));
}

Rules Divide::rules() {
  const Unknown a("a");
  const Unknown b("b");
  const Unknown x("x");
  const Number k("k");
  const Pattern s = sigmoid(x);
  const Condition power_of_two{"k is a power of two", [k](const Match& match) {
                                 int exponent = 0;
                                 return std::abs(std::frexp(match.number(k), &exponent)) == 0.5;
                               }};
  return {.stabilise = {cancel_quotients(
              a / b, {s * a / s, a * (s * (1.0 - s)) / (1.0 - s), a * exp(x) / (1.0 + exp(x))})},
          .simplify =
              joined({{"no gradient", no_gradient() / b == no_gradient()},
                      {"by 1", a / 1.0 == a},
                      // Exact: the inverse of a power of two is a float again.
                      {"by a power of two", a / k == a * (1.0 / k), {power_of_two, within_float(1.0 / k)}}},
                     below_broadcast([](const Pattern& x1, const Pattern& x2) { return x1 / x2; }))};
}

Expr divide(Operand a, Operand b, SourceLocation location) { return elementwise(Divide{}, {a, b}, location); }

}  // namespace gradus
