#include <gradus/ops/gelu.hpp>
#include <gradus/ops/normal.hpp>
#include <gradus/ops/operators.hpp>

namespace gradus {

Expr Gelu::vjp(const Expr& y, const Expr& ybar) const {
  const Expr x = y.input(0);
  const Expr by_density = x * normal_density(x);
  return ybar * (normal_distribution(x) + by_density);
}

Expr gelu(Expr x, SourceLocation location) { return elementwise(Gelu{}, {x}, location); }

}  // namespace gradus
