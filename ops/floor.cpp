#include <gradus/ops/floor.hpp>

namespace gradus {

Expr floor(Expr x, Here here) { return elementwise(Floor{}, {x}, here); }

}  // namespace gradus
