#include <gradus/ops/detail/one_hot_rows.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/product_update.hpp>
#include <gradus/ops/subtract.hpp>

namespace gradus {

Expr Subtract::vjp(const Expr&, const Expr& ybar, std::size_t input) const {
  return input == 0 ? ybar : -ybar;
}

Expr Subtract::simplify(const Expr& y) {
  const Expr a = y.input(0);
  const Expr b = y.input(1);
  if (fill_value(b) == 0.0) return a;
  if (fill_value(a) == 0.0) return -b;
  if (as<Negate>(b) != nullptr) return a + b.input(0);
  if (const Expr difference = without_sum_of_one_hot(y)) return difference;
  // c·a − c·b = c (a − b).
  if (as<Multiply>(a) != nullptr && as<Multiply>(b) != nullptr)
    for (std::size_t i = 0; i < 2; ++i)
      for (std::size_t j = 0; j < 2; ++j)
        if (a.input(i) == b.input(j)) return a.input(i) * (a.input(1 - i) - b.input(1 - j));
  return push_below_broadcast(y);
}

Expr Subtract::contract(const Expr& y, const Uses& uses) { return into_product(y, uses); }

Expr subtract(Operand a, Operand b, Here here) { return elementwise(Subtract{}, {a, b}, here); }

}  // namespace gradus
