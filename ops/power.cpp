#include <gradus/ops/operators.hpp>
#include <gradus/ops/patterns.hpp>
#include <gradus/ops/power.hpp>

namespace gradus {

Expr Power::vjp(const Expr& y, const Expr& ybar) const {
  if (exponent == 0) return {};
  const Expr below = power(y.input(0), exponent - 1);
  return ybar * exponent * below;
}

Rules Power::rules() {
  const Unknown x("x");
  const auto to = [&](double exponent) { return exactly(Power{{}, exponent}, {x}); };
  return {.simplify = {{"power 0", to(0) == 1.0},
                       {"power 1", to(1) == x},
                       {"power 2", to(2) == square(x)},
                       {"power 1/2", to(0.5) == sqrt(x)},
                       {"power -1", to(-1) == 1.0 / x}}};
}

Expr power(Expr x, double exponent, SourceLocation location) {
  return elementwise(Power{{}, exponent}, {x}, location);
}

}  // namespace gradus
