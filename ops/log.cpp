#include <gradus/ops/log.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/patterns.hpp>

namespace gradus {

Expr Log::vjp(const Expr& y, const Expr& ybar) const { return ybar / y.input(0); }

Rules Log::rules() {
  const Unknown x("x");
  return {.stabilise = {{"log of softmax", log(softmax(x)) == log_softmax(x)},
                        {"log of sigmoid", log(sigmoid(x)) == -softplus(-x)},
                        {"log of 1 − sigmoid", log(1.0 - sigmoid(x)) == -softplus(x)},
                        {"log of 1 + exp", log(1.0 + exp(x)) == softplus(x)},
                        {"log of exp", log(exp(x)) == x}}};
}

Expr log(Expr x, SourceLocation location) { return elementwise(Log{}, {x}, location); }

}  // namespace gradus
