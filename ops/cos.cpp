#include <gradus/ops/cos.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/sin.hpp>

namespace gradus {

Expr Cos::vjp(const Expr& y, const Expr& ybar) const { return -(ybar * sin(y.input(0))); }

Expr cos(Expr x, SourceLocation location) { return elementwise(Cos{}, {x}, location); }

}  // namespace gradus
