#include <gradus/ops/linear.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/patterns.hpp>

namespace gradus {

Expr Linear::vjp(const Expr&, const Expr& ybar) const { return ybar * scale; }

Rules Linear::rules() {
  const Unknown x("x");
  const Pattern y = call<Linear>({x});
  const Number scale("scale", [](const Match& match) { return as<Linear>(match.root())->scale; });
  const Condition no_shift{"its shift is 0",
                           [](const Match& match) { return as<Linear>(match.root())->shift == 0; }};
  return {.simplify = joined({{"without a shift", y == x * scale, {no_shift}}},
                             below_broadcast([](const Pattern& a) { return call<Linear>({a}); }))};
}

Expr linear(Expr x, double scale, double shift, SourceLocation location) {
  return elementwise(Linear{{}, scale, shift}, {x}, location);
}

}  // namespace gradus
