#include <gradus/ops/floor.hpp>

namespace gradus {

Expr floor(Expr x, SourceLocation location) { return elementwise(Floor{}, {x}, location); }

}  // namespace gradus
