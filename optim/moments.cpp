#include <gradus/ops/expm1.hpp>
#include <gradus/ops/log.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/sqrt.hpp>
#include <gradus/ops/square.hpp>
#include <gradus/optim/moments.hpp>

namespace gradus {
namespace {

Expr correction(Slots& slots, const std::string& name, Expr beta) {
  return slots.once("correction of " + name, [&] {
    const Expr log_beta = log(beta);
    return -expm1(slots.step() * log_beta);
  });
}

}  // namespace

Expr running_mean(Expr beta, Expr x, Expr y) {
  const Expr joins = (1 - beta) * y;
  return beta * x + joins;
}

Moments update_moments(Slots& slots, Expr w, Expr g, const Hyper& beta1, const Hyper& beta2) {
  const Expr b1 = slots.scalar("beta1", beta1);
  const Expr b2 = slots.scalar("beta2", beta2);
  const Expr m = slots.zeros_like(w, "first_moment");
  const Expr s = slots.zeros_like(w, "second_moment");
  const Moments moments{running_mean(b1, m, g), running_mean(b2, s, square(g)),
                        correction(slots, "beta1", b1), correction(slots, "beta2", b2)};
  slots.assign(m, moments.first);
  slots.assign(s, moments.second);
  return moments;
}

Expr adam_step(Slots& slots, const Moments& moments, const Hyper& learning_rate, const Hyper& epsilon,
               Expr d) {
  const Expr rate = slots.once("corrected rate", [&] {
    return slots.scalar("learning_rate", learning_rate) / moments.first_correction;
  });
  const Expr scale = slots.once("inverse root", [&] {
    const Expr root = sqrt(moments.second_correction);
    return d ? d / root : 1 / root;
  });
  const Expr small = slots.scalar("epsilon", epsilon);
  const Expr root = scale * sqrt(moments.second) + small;
  return rate * moments.first / root;
}

}  // namespace gradus
