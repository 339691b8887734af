#pragma once

#include <gradus/ops/operators.hpp>
#include <gradus/ops/sqrt.hpp>
#include <gradus/optim/hyper.hpp>
#include <gradus/optim/moments.hpp>

#include <array>

namespace gradus {

/// m ← β₁ m + (1 − β₁) g, s ← β₂ s + (1 − β₂) g², w ← w − η m̂ / (√ŝ + ε) with m̂ = m / (1 − β₁ᵗ) and
/// ŝ = s / (1 − β₂ᵗ) (Kingma & Ba 2015).
struct Adam {
  static constexpr PartDescription description{"adam", "w ← w − η m̂ / (√ŝ + ε)"};
  Hyper learning_rate = 0.001;
  Hyper beta1 = 0.9;
  Hyper beta2 = 0.999;
  Hyper epsilon = 1e-8;

  static constexpr auto parameters() {
    return std::array{hyper::learning_rate<Adam>(), hyper::beta1<Adam>(), hyper::beta2<Adam>(),
                      hyper::epsilon<Adam>()};
  }

  void update(Slots& slots, Expr w, Expr g) const {
    const Moments moments = update_moments(slots, w, g, beta1, beta2);
    slots.assign(w, w - adam_step(slots, moments, learning_rate, epsilon));
  }
};

}  // namespace gradus
