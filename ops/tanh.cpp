#include <gradus/ops/operators.hpp>
#include <gradus/ops/square.hpp>
#include <gradus/ops/tanh.hpp>

namespace gradus {

Expr Tanh::vjp(const Expr& y, const Expr& ybar) const { return ybar * (1 - square(y)); }

Expr tanh(Expr x, SourceLocation location) { return elementwise(Tanh{}, {x}, location); }

}  // namespace gradus
