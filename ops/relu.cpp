#include <gradus/ops/greater.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/relu.hpp>

namespace gradus {

Expr Relu::vjp(const Expr& y, const Expr& ybar) const { return ybar * greater(y, 0.0); }

Expr relu(Expr x, SourceLocation location) { return elementwise(Relu{}, {x}, location); }

}  // namespace gradus
