#include <gradus/ops/operators.hpp>
#include <gradus/ops/sigmoid.hpp>

namespace gradus {

Expr Sigmoid::vjp(const Expr& y, const Expr& ybar) const { return ybar * (y * (1 - y)); }

Expr sigmoid(Expr x, SourceLocation location) { return elementwise(Sigmoid{}, {x}, location); }

}  // namespace gradus
