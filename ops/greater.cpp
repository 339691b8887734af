#include <gradus/ops/greater.hpp>

namespace gradus {

Expr greater(Operand a, Operand b, SourceLocation location) {
  return elementwise(Greater{}, {a, b}, location);
}

}  // namespace gradus
