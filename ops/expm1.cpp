#include <gradus/ops/expm1.hpp>
#include <gradus/ops/operators.hpp>

namespace gradus {

Expr Expm1::vjp(const Expr& y, const Expr& ybar) const { return ybar * (y + 1); }

Expr expm1(Expr x, SourceLocation location) { return elementwise(Expm1{}, {x}, location); }

}  // namespace gradus
