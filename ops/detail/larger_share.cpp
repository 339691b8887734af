#include <gradus/ops/detail/larger_share.hpp>
#include <gradus/ops/greater.hpp>
#include <gradus/ops/linear.hpp>
#include <gradus/ops/operators.hpp>

namespace gradus {

Expr larger_share(Expr a, Expr b) {
  const Expr below = greater(b, a);
  return linear(greater(a, b) - below, 0.5, 0.5);
}

}  // namespace gradus
