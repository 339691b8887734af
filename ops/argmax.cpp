#include <gradus/ops/argmax.hpp>

namespace gradus {

Expr argmax(Expr x, Index axis, KeepAxes keep, Here here) {
  return apply(Argmax{{{axis}, keep == KeepAxes::yes}}, {x}, here);
}

}  // namespace gradus
