#include <gradus/graph/core_ops.hpp>
#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/detail/cancel.hpp>
#include <gradus/ops/multiply.hpp>
#include <gradus/ops/operators.hpp>

namespace gradus {

Expr Multiply::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  return ybar * y.input(1 - input);
}

Expr Multiply::simplify(const Expr& y) {
  if (const Expr nothing = no_gradient_of(y)) return nothing;
  for (std::size_t i = 0; i < 2; ++i) {
    const Expr a = y.input(i);
    const Expr b = y.input(1 - i);
    const auto value = fill_value(a);
    if (value == 1.0) return b;
    if (value == -1.0) return -b;
    if (value && as<Multiply>(b) != nullptr)
      for (std::size_t j = 0; j < 2; ++j)
        if (const auto other = fill_value(b.input(j)); other && within_float(*value * *other))
          return y.graph().constant(*value * *other, y.shape()) * b.input(1 - j);
    if (as<Negate>(a) != nullptr && as<Subtract>(b) != nullptr) return a.input(0) * (b.input(1) - b.input(0));
    // The sign of a scalar factor belongs to the scalar.
    if (as<Broadcast>(a) != nullptr && as<Negate>(a.input(0)) != nullptr && as<Subtract>(b) != nullptr) {
      const Expr difference = b.input(1) - b.input(0);
      return broadcast_to(a.input(0).input(0), y.shape()) * difference;
    }
  }
  return push_below_broadcast(y);
}

Expr Multiply::stabilise(const Expr& y) {
  // a (b / a) = b where a > 0, as a probability is: what it cancels may underflow to 0 / 0.
  for (std::size_t i = 0; i < 2; ++i) {
    const Expr a = y.input(i);
    const Expr b = y.input(1 - i);
    if (a.op().positive() && as<Divide>(b) != nullptr && b.input(1) == a) return b.input(0);
  }
  return cancel_quotients(y);
}

Expr multiply(Operand a, Operand b, Here here) { return elementwise(Multiply{}, {a, b}, here); }

}  // namespace gradus
