#include <gradus/ops/operators.hpp>
#include <gradus/ops/sigmoid.hpp>
#include <gradus/ops/softplus.hpp>

namespace gradus {

Expr Softplus::vjp(const Expr& y, const Expr& ybar) const { return ybar * sigmoid(y.input(0)); }

Expr softplus(Expr x, SourceLocation location) { return elementwise(Softplus{}, {x}, location); }

}  // namespace gradus
