#pragma once

#include <gradus/optim/update_rule.hpp>

namespace gradus {

/// β x + (1 − β) y, a running mean x that y joins.
Expr running_mean(Expr beta, Expr x, Expr y);

/// The running means that Adam and its kin keep of a gradient, after this update (Kingma & Ba 2015).
struct Moments {
  Expr first;              ///< m ← β₁ m + (1 − β₁) g, of w's shape
  Expr second;             ///< s ← β₂ s + (1 − β₂) g², of w's shape
  Expr first_correction;   ///< 1 − β₁ᵗ, a scalar: what m is divided by since it started at 0
  Expr second_correction;  ///< 1 − β₂ᵗ, the same for s
};

/// Builds and assigns the moments of w's gradient g, kept as "w/first_moment" and "w/second_moment". The
/// corrections are made once for all parameters, as −expm1(t ln β), exact where β is near 1.
Moments update_moments(Slots& slots, Expr w, Expr g, const Hyper& beta1, const Hyper& beta2);

/// η m̂ / (d √ŝ + ε), Adam's step (Kingma & Ba 2015), as (η / (1 − β₁ᵗ)) m / (√s d / √(1 − β₂ᵗ) + ε); d is 1
/// where it is empty, else a scalar.
Expr adam_step(Slots& slots, const Moments& moments, const Hyper& learning_rate, const Hyper& epsilon,
               Expr d = {});

}  // namespace gradus
