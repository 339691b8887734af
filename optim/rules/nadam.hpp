#pragma once

#include <gradus/ops/exp.hpp>
#include <gradus/ops/expm1.hpp>
#include <gradus/ops/operators.hpp>
#include <gradus/ops/sqrt.hpp>
#include <gradus/optim/hyper.hpp>
#include <gradus/optim/moments.hpp>

#include <array>
#include <cmath>

namespace gradus {

/// Adam with Nesterov momentum (Dozat 2016): with μₜ = β₁ (1 − ½ · 0.96^(0.004 t)) and Πₜ = μ₁ ⋯ μₜ,
/// w ← w − η (μₜ₊₁ m / (1 − Πₜ₊₁) + (1 − μₜ) g / (1 − Πₜ)) / (√ŝ + ε).
struct Nadam {
  static constexpr PartDescription description{
      "nadam", "w ← w − η (μₜ₊₁ m / (1 − Πₜ₊₁) + (1 − μₜ) g / (1 − Πₜ)) / (√ŝ + ε)"};
  Hyper learning_rate = 0.002;
  Hyper beta1 = 0.9;
  Hyper beta2 = 0.999;
  Hyper epsilon = 1e-8;

  static constexpr auto parameters() {
    return std::array{hyper::learning_rate<Nadam>(), hyper::beta1<Nadam>(), hyper::beta2<Nadam>(),
                      hyper::epsilon<Nadam>()};
  }

  void update(Slots& slots, Expr w, Expr g) const {
    const Moments moments = update_moments(slots, w, g, beta1, beta2);
    const Expr now = slots.once("mu", [&] { return warming(slots, slots.step()); });
    const Expr next = slots.once("next mu", [&] { return warming(slots, slots.step() + 1); });
    const Expr product = slots.once("product", [&] {
      const Expr before = slots.shared("momentum_product", 1);
      const Expr after = before * now;
      slots.assign(before, after);
      return after;
    });
    const Expr of_g = slots.once("of g", [&] {
      const Expr rest = 1 - product;
      return (1 - now) / rest;
    }) * g;
    const Expr of_m = slots.once("of m", [&] { return next / (1 - product * next); }) * moments.first;
    const Expr step = of_m + of_g;
    const Expr small = slots.scalar("epsilon", epsilon);
    const Expr scale = sqrt(moments.second / moments.second_correction) + small;
    slots.assign(w, w - slots.scalar("learning_rate", learning_rate) * step / scale);
  }

 private:
  /// μ at update t.
  Expr warming(Slots& slots, Expr t) const {
    const Expr warm = 1 - 0.5 * exp(t * (0.004 * std::log(0.96)));
    return slots.scalar("beta1", beta1) * warm;
  }
};

}  // namespace gradus
