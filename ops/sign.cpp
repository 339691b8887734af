#include <gradus/ops/sign.hpp>

namespace gradus {

Expr sign(Expr x, SourceLocation location) { return elementwise(Sign{}, {x}, location); }

}  // namespace gradus
