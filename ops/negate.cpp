#include <gradus/graph/core_ops.hpp>
#include <gradus/ops/negate.hpp>
#include <gradus/ops/operators.hpp>

namespace gradus {

Expr Negate::vjp(const Expr&, const Expr& ybar) const { return -ybar; }

Expr Negate::simplify(const Expr& y) {
  if (const Expr nothing = no_gradient_of(y)) return nothing;
  const Expr x = y.input(0);
  if (as<Negate>(x) != nullptr) return x.input(0);
  if (as<Subtract>(x) != nullptr) return x.input(1) - x.input(0);
  return push_below_broadcast(y);
}

Expr negate(Expr x, Here here) { return elementwise(Negate{}, {x}, here); }

}  // namespace gradus
