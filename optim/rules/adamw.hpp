#pragma once

#include <gradus/ops/operators.hpp>
#include <gradus/optim/hyper.hpp>
#include <gradus/optim/moments.hpp>

#include <array>

namespace gradus {

/// w ← (1 − η λ) w − η m̂ / (√ŝ + ε): Adam with decoupled weight decay λ (Loshchilov & Hutter 2019).
struct AdamW {
  static constexpr PartDescription description{"adamw", "w ← (1 − η λ) w − η m̂ / (√ŝ + ε)"};
  Hyper learning_rate = 0.001;
  Hyper beta1 = 0.9;
  Hyper beta2 = 0.999;
  Hyper epsilon = 1e-8;
  Hyper weight_decay = 0.01;

  static constexpr auto parameters() {
    return std::array{hyper::learning_rate<AdamW>(), hyper::beta1<AdamW>(), hyper::beta2<AdamW>(),
                      hyper::epsilon<AdamW>(),
                      Parameter{"weight_decay", &AdamW::weight_decay, from(0),
                                "decay λ: every parameter, biases too, shrinks by 1 − η λ at each update"}};
  }

  void update(Slots& slots, Expr w, Expr g) const {
    const Moments moments = update_moments(slots, w, g, beta1, beta2);
    const Expr shrink = slots.once("shrink", [&] {
      const Expr decay = slots.scalar("weight_decay", weight_decay);
      return 1 - slots.scalar("learning_rate", learning_rate) * decay;
    });
    const Expr step = adam_step(slots, moments, learning_rate, epsilon);
    slots.assign(w, shrink * w - step);
  }
};

}  // namespace gradus
