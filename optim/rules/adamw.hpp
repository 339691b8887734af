#pragma once

#include <gradus/ops/operators.hpp>
#include <gradus/optim/moments.hpp>

namespace gradus {

/// w ← (1 − η λ) w − η m̂ / (√ŝ + ε): Adam with decoupled weight decay λ (Loshchilov & Hutter 2019).
struct AdamW {
  static constexpr Description description{"adamw", "w ← (1 − η λ) w − η m̂ / (√ŝ + ε)", ""};
  Hyper learning_rate = 0.001;
  Hyper beta1 = 0.9;
  Hyper beta2 = 0.999;
  Hyper epsilon = 1e-8;
  Hyper weight_decay = 0.01;

  void update(Slots& slots, Expr w, Expr g) const {
    const Moments moments = update_moments(slots, w, g, beta1, beta2);
    const Expr shrink = slots.once("shrink", [&] {
      return 1 - slots.scalar("learning_rate", learning_rate) * slots.scalar("weight_decay", weight_decay);
    });
    slots.assign(w, shrink * w - adam_step(slots, moments, learning_rate, epsilon));
  }
};

}  // namespace gradus
