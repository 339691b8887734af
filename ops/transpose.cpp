#include <gradus/ops/patterns.hpp>
#include <gradus/ops/transpose.hpp>

namespace gradus {

Expr Transpose::vjp(const Expr&, const Expr& ybar) const { return transpose(ybar); }

Rules Transpose::rules() {
  const Unknown x("x");
  return {.simplify = {{"twice", transpose(transpose(x)) == x}}};
}

Expr transpose(Expr x, SourceLocation location) { return apply(Transpose{}, {x}, location); }

}  // namespace gradus
