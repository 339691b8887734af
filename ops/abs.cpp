#include <gradus/ops/abs.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/sign.hpp>

namespace gradus {

Expr Abs::vjp(const Expr& y, const Expr& ybar) const { return ybar * sign(y.input(0)); }

Expr abs(Expr x, SourceLocation location) { return elementwise(Abs{}, {x}, location); }

}  // namespace gradus
