#include <gradus/ops/cos.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/sin.hpp>

namespace gradus {

Expr Sin::vjp(const Expr& y, const Expr& ybar) const { return ybar * cos(y.input(0)); }

Expr sin(Expr x, SourceLocation location) { return elementwise(Sin{}, {x}, location); }

}  // namespace gradus
