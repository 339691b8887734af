#include <gradus/ops/add.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/patterns.hpp>

namespace gradus {

Expr Add::vjp(const Expr&, const Expr& ybar, std::size_t input) const {
  (void)input;
  return ybar;
}

Rules Add::rules() {
  const Unknown a("a");
  const Unknown b("b");
  return {.simplify = joined({{"plus 0", a + 0.0 == a}, {"plus a negative", a + -b == a - b}},
                             below_broadcast([](const Pattern& x, const Pattern& y) { return x + y; }))};
}

Expr add(Operand a, Operand b, SourceLocation location) { return elementwise(Add{}, {a, b}, location); }

}  // namespace gradus
