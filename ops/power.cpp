#include <gradus/ops/operators.hpp>
#include <gradus/ops/power.hpp>
#include <gradus/ops/sqrt.hpp>
#include <gradus/ops/square.hpp>

namespace gradus {

Expr Power::vjp(const Expr& y, const Expr& ybar) const {
  if (exponent == 0) return {};
  const Expr below = power(y.input(0), exponent - 1);
  return ybar * exponent * below;
}

Expr Power::simplify(const Expr& y) {
  const Expr x = y.input(0);
  const double exponent = as<Power>(y)->exponent;
  if (exponent == 0) return y.graph().constant(1.0, y.shape());
  if (exponent == 1) return x;
  if (exponent == 2) return square(x);
  if (exponent == 0.5) return sqrt(x);
  if (exponent == -1) return 1.0 / x;
  return {};
}

Expr power(Expr x, double exponent, Here here) { return elementwise(Power{{}, exponent}, {x}, here); }

}  // namespace gradus
