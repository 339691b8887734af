#include <gradus/ops/operators.hpp>
#include <gradus/ops/square.hpp>

namespace gradus {

Expr Square::vjp(const Expr& y, const Expr& ybar) const { return ybar * 2.0 * y.input(0); }

Expr square(Expr x, SourceLocation location) { return elementwise(Square{}, {x}, location); }

}  // namespace gradus
