#include <gradus/ops/exp.hpp>
#include <gradus/ops/operators.hpp>

namespace gradus {

Expr Exp::vjp(const Expr& y, const Expr& ybar) const { return ybar * y; }

Expr exp(Expr x, SourceLocation location) { return elementwise(Exp{}, {x}, location); }

}  // namespace gradus
