#include <gradus/ops/detail/larger_share.hpp>
#include <gradus/ops/minimum.hpp>
#include <gradus/ops/operators.hpp>

namespace gradus {

Expr Minimum::vjp(const Expr& y, const Expr& ybar, std::size_t input) const {
  const Expr own = y.input(input);
  const Expr other = y.input(1 - input);
  return ybar * larger_share(other, own);
}

Expr minimum(Operand a, Operand b, SourceLocation location) {
  return elementwise(Minimum{}, {a, b}, location);
}

}  // namespace gradus
