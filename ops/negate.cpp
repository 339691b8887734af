#include <gradus/ops/negate.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/patterns.hpp>

namespace gradus {

Expr Negate::vjp(const Expr&, const Expr& ybar) const { return -ybar; }

Rules Negate::rules() {
  const Unknown a("a");
  const Unknown b("b");
  return {.simplify = joined({{"no gradient", -no_gradient() == no_gradient()},
                              {"twice", -(-a) == a},
                              {"of a difference", -(a - b) == b - a}},
                             below_broadcast([](const Pattern& x) { return -x; }))};
}

Expr negate(Expr x, SourceLocation location) { return elementwise(Negate{}, {x}, location); }

}  // namespace gradus
