#pragma once

#include <gradus/ops/operators.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/optim/hyper.hpp>
#include <gradus/optim/moments.hpp>

#include <array>
#include <limits>

namespace gradus {

/// Adam's step divided by d, a running mean of how much the loss f jumps (Koushik & Hayashi 2016). A jump is
/// measured against f̂, which follows f by at least k and at most K:
///
///     r = clip(max(f / f̂, f̂ / f) − 1, k, K)     f̂ ← f̂ (1 + r) where f ≥ f̂, else f̂ / (1 + r)
///     d ← β₃ d + (1 − β₃) r                      w ← w − η m̂ / (d √ŝ + ε)
///
/// with f̂ = f and d = 1 at the first update. For losses above 0.
struct Eve {
  static constexpr PartDescription description{"eve", "w ← w − η m̂ / (d √ŝ + ε), d of jumps of the loss"};
  Hyper learning_rate = 0.001;
  Hyper beta1 = 0.9;
  Hyper beta2 = 0.999;
  Hyper beta3 = 0.999;
  Hyper feedback_min = 0.1;
  Hyper feedback_max = 10;
  Hyper epsilon = 1e-8;

  static constexpr auto parameters() {
    return std::array{
        hyper::learning_rate<Eve>(),
        hyper::beta1<Eve>(),
        hyper::beta2<Eve>(),
        Parameter{"beta3", &Eve::beta3, from_to_below(0, 1), "β₃, of the mean of jumps of the loss"},
        Parameter{"feedback_min", &Eve::feedback_min, above(0), "k, the smallest jump of the loss"},
        Parameter{"feedback_max", &Eve::feedback_max, above(0), "K, the largest jump of the loss"},
        hyper::epsilon<Eve>()};
  }

  void update(Slots& slots, Expr w, Expr g) const {
    const Expr d = slots.once("feedback", [&] { return feedback(slots); });
    const Moments moments = update_moments(slots, w, g, beta1, beta2);
    slots.assign(w, w - adam_step(slots, moments, learning_rate, epsilon, d));
  }

 private:
  Expr feedback(Slots& slots) const {
    const Expr f = slots.loss();
    const Expr before = slots.shared("f_hat", 1);
    const Expr mean = slots.shared("d", 1);
    // max(f / f̂, f̂ / f) − 1, and no 0 / 0 where the loss is 0.
    const Expr change = abs(f - before);
    const Expr smaller = maximum(minimum(f, before), std::numeric_limits<float>::min());
    const Expr at_least = maximum(change / smaller, slots.scalar("feedback_min", feedback_min));
    const Expr r = minimum(at_least, slots.scalar("feedback_max", feedback_max));
    const Expr first = greater(1.5, slots.step());
    const Expr d = select(first, 1.0, running_mean(slots.scalar("beta3", beta3), mean, r));
    slots.assign(mean, d);
    const Expr factor = 1 + r;
    const Expr risen = before * factor;
    const Expr fallen = before / factor;
    const Expr falls = greater(before, f);
    const Expr followed = select(falls, fallen, risen);
    slots.assign(before, select(first, f, followed));
    return d;
  }
};

}  // namespace gradus
