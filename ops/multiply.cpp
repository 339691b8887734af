#include <gradus/ops/detail/cancel.hpp>
#include <gradus/ops/multiply.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/patterns.hpp>

namespace gradus {

Expr Multiply::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  return ybar * y.input(1 - input);
}

Rules Multiply::rules() {
  const Unknown a("a");
  const Unknown b("b");
  const Unknown c("c");
  const Unknown p("p");
  const Unknown x("x");
  const Number k("k");
  const Number l("l");
  const Pattern s = sigmoid(x);
  const Pattern e = exp(b);
  return {// What cancels may underflow to 0 / 0.
          .stabilise = {{"times a quotient by itself", p * (a / p) == a, {positive(p)}},
                        cancel_quotients(a * b, {a / s * (s * (1.0 - s)), a / (1.0 + exp(x)) * exp(x),
                                                 e * (c * (a / e))})},
          .simplify = joined(
              {{"no gradient", no_gradient() * a == no_gradient()},
               {"by 1", 1.0 * a == a},
               {"by -1", -1.0 * a == -a},
               {"by two numbers", k * (l * a) == k * l * a, {within_float(k * l)}},
               {"negative times a difference", -a * (b - c) == a * (c - b)},
               // The sign of a scalar factor belongs to the scalar.
               {"negative broadcast times a difference", broadcast(-a) * (b - c) == broadcast(a) * (c - b)}},
              below_broadcast([](const Pattern& x1, const Pattern& x2) { return x1 * x2; }))};
}

Expr multiply(Operand a, Operand b, SourceLocation location) {
  return elementwise(Multiply{}, {a, b}, location);
}

}  // namespace gradus
