#pragma once

#include <gradus/optim/update_rule.hpp>

namespace gradus {

/// The running means that Adam and its kin keep of a gradient, after this update.
struct Moments {
  Expr first;              ///< m ← β₁ m + (1 − β₁) g
  Expr second;             ///< s ← β₂ s + (1 − β₂) g²
  Expr first_correction;   ///< 1 − β₁ᵗ: what m is divided by since it started at 0
  Expr second_correction;  ///< 1 − β₂ᵗ
};

/// Builds and assigns the moments of w's gradient g. The corrections are made once for all parameters, as
/// −expm1(t ln β), exact where β is near 1.
Moments update_moments(Slots& slots, Expr w, Expr g, const Hyper& beta1, const Hyper& beta2);

/// η m̂ / (√ŝ + ε), Adam's step (Kingma & Ba 2015), as (η / (1 − β₁ᵗ)) m / (√s / √(1 − β₂ᵗ) + ε).
Expr adam_step(Slots& slots, const Moments& moments, const Hyper& learning_rate, const Hyper& epsilon);

}  // namespace gradus
