#include <gradus/ops/argmax.hpp>

namespace gradus {

Expr argmax(Expr x, Index axis, KeepAxes keep, SourceLocation location) {
  return apply(Argmax{{{axis}, keep == KeepAxes::yes}}, {x}, location);
}

}  // namespace gradus
