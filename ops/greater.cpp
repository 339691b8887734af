#include <gradus/ops/greater.hpp>

namespace gradus {

Expr greater(Operand a, Operand b, Here here) { return elementwise(Greater{}, {a, b}, here); }

}  // namespace gradus
