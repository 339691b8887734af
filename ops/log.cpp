#include <gradus/ops/detail/cancel.hpp>
#include <gradus/ops/exp.hpp>
#include <gradus/ops/log.hpp>
#include <gradus/ops/log_softmax.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/sigmoid.hpp>
#include <gradus/ops/softmax.hpp>
#include <gradus/ops/softplus.hpp>

namespace gradus {

Expr Log::vjp(const Expr& y, const Expr& ybar) const { return ybar / y.input(0); }

Expr Log::stabilise(const Expr& y) {
  const Expr p = y.input(0);
  if (as<Softmax>(p) != nullptr) return log_softmax(p.input(0));
  // ln σ(x) = −ln(1 + e⁻ˣ).
  if (as<Sigmoid>(p) != nullptr) return -softplus(-p.input(0));
  // ln(1 − σ(x)) = −ln(1 + eˣ).
  if (const Expr x = logit_of_complement(p)) return -softplus(x);
  if (const Expr x = exponent_of_one_plus_exp(p)) return softplus(x);
  if (as<Exp>(p) != nullptr) return p.input(0);
  return {};
}

Expr log(Expr x, Here here) { return elementwise(Log{}, {x}, here); }

}  // namespace gradus
