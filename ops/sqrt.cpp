#include <gradus/ops/operators.hpp>
#include <gradus/ops/sqrt.hpp>

namespace gradus {

Expr Sqrt::vjp(const Expr& y, const Expr& ybar) const { return ybar / (2.0 * y); }

Expr sqrt(Expr x, SourceLocation location) { return elementwise(Sqrt{}, {x}, location); }

}  // namespace gradus
