#include <gradus/ops/sign.hpp>

namespace gradus {

Expr sign(Expr x, Here here) { return elementwise(Sign{}, {x}, here); }

}  // namespace gradus
