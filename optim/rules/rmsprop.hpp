#pragma once

#include <gradus/ops/operators.hpp>
#include <gradus/ops/sqrt.hpp>
#include <gradus/ops/square.hpp>
#include <gradus/optim/hyper.hpp>
#include <gradus/optim/moments.hpp>

#include <array>

namespace gradus {

/// s ← β₂ s + (1 − β₂) g², w ← w − η g / (√s + ε) (Tieleman & Hinton 2012).
struct Rmsprop {
  static constexpr PartDescription description{"rmsprop", "s ← β₂ s + (1 − β₂) g², w ← w − η g / (√s + ε)"};
  Hyper learning_rate = 0.01;
  Hyper beta2 = 0.99;
  Hyper epsilon = 1e-8;

  static constexpr auto parameters() {
    return std::array{hyper::learning_rate<Rmsprop>(), hyper::beta2<Rmsprop>(), hyper::epsilon<Rmsprop>()};
  }

  void update(Slots& slots, Expr w, Expr g) const {
    const Expr s = slots.zeros_like(w, "mean_square");
    const Expr b = slots.scalar("beta2", beta2);
    const Expr next = running_mean(b, s, square(g));
    slots.assign(s, next);
    const Expr small = slots.scalar("epsilon", epsilon);
    const Expr root = sqrt(next) + small;
    slots.assign(w, w - slots.scalar("learning_rate", learning_rate) * g / root);
  }
};

}  // namespace gradus
