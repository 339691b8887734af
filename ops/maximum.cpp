#include <gradus/ops/detail/larger_share.hpp>
#include <gradus/ops/maximum.hpp>
#include <gradus/ops/operators.hpp>

namespace gradus {

Expr Maximum::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  const Expr own = y.input(input);
  const Expr other = y.input(1 - input);
  return ybar * larger_share(own, other);
}

Expr maximum(Operand a, Operand b, SourceLocation location) {
  return elementwise(Maximum{}, {a, b}, location);
}

}  // namespace gradus
