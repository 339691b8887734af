#include <gradus/ops/select.hpp>

namespace gradus {

Expr Select::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  if (input == 0) return {};
  const Expr mask = y.input(0);
  return input == 1 ? select(mask, ybar, 0.0) : select(mask, 0.0, ybar);
}

Expr select(Operand mask, Operand a, Operand b, SourceLocation location) {
  return elementwise(Select{}, {mask, a, b}, location);
}

}  // namespace gradus
