#include <gradus/ops/elu.hpp>
#include <gradus/ops/exp.hpp>
#include <gradus/ops/greater.hpp>
#include <gradus/ops/minimum.hpp>
#include <gradus/ops/operators.hpp>

namespace gradus {

Expr Elu::vjp(const Expr& y, const Expr& ybar) const {
  const Expr x = y.input(0);
  const Expr positive = greater(x, 0.0);
  const Expr decay = exp(minimum(x, 0.0));
  return ybar * (positive + (1 - positive) * scale * decay);
}

Expr elu(Expr x, double scale, SourceLocation location) { return elementwise(Elu{{}, scale}, {x}, location); }

}  // namespace gradus
