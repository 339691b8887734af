#include <gradus/ops/add.hpp>
#include <gradus/ops/operators.hpp>

namespace gradus {

Expr Add::vjp(const Expr&, const Expr& ybar, std::size_t input) const {
  (void)input;
  return ybar;
}

Expr Add::simplify(const Expr& y) {
  const Expr a = y.input(0);
  const Expr b = y.input(1);
  if (fill_value(a) == 0.0) return b;
  if (fill_value(b) == 0.0) return a;
  if (as<Negate>(b) != nullptr) return a - b.input(0);
  if (as<Negate>(a) != nullptr) return b - a.input(0);
  return push_below_broadcast(y);
}

Expr add(Operand a, Operand b, Here here) { return elementwise(Add{}, {a, b}, here); }

}  // namespace gradus
