#include <gradus/ops/exp.hpp>
#include <gradus/ops/normal.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/square.hpp>

#include <numbers>

namespace gradus {

Expr NormalDistribution::vjp(const Expr& y, const Expr& ybar) const {
  return ybar * normal_density(y.input(0));
}

Expr normal_distribution(Expr x, SourceLocation location) {
  return elementwise(NormalDistribution{}, {x}, location);
}

Expr normal_density(Expr x, SourceLocation location) {
  const double scale = std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  return multiply(exp(multiply(square(x, location), -0.5, location), location), scale, location);
}

}  // namespace gradus
