#include <gradus/ops/greater.hpp>
#include <gradus/ops/leaky_relu.hpp>
#include <gradus/ops/linear.hpp>
#include <gradus/ops/operators.hpp>

namespace gradus {

Expr LeakyRelu::vjp(const Expr& y, const Expr& ybar) const {
  return ybar * linear(greater(y.input(0), 0.0), 1 - slope, slope);
}

Expr leaky_relu(Expr x, double slope, SourceLocation location) {
  return elementwise(LeakyRelu{{}, slope}, {x}, location);
}

}  // namespace gradus
