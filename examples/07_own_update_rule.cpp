// 07  An update rule of your own: Eve (Koushik & Hayashi 2016), Adam that listens to the loss. The
//     library has it too, as `Eve`.
//
// Eve divides Adam's step by d, a running mean of how much the loss f jumps. Jumps are measured against f̂, a
// copy that follows f within the thresholds k and K. It starts with f̂ = f and d = 1, as Adam.
//
//     r = clip(max(f/f̂, f̂/f) − 1, k, K)       f̂ ← f̂ (1 + r) where the loss rises, f̂ / (1 + r) where it falls
//     d ← β₃ d + (1 − β₃) r                   w ← w − η m̂ / (d √ŝ + ε)

#include <fmt/format.h>
#include <cmath>
#include <gradus/gradus.hpp>

using namespace gradus;

struct MyEve {
  static constexpr PartDescription description{"eve", "w ← w − η m̂ / (d √ŝ + ε)"};
  Hyper learning_rate = 0.001, beta1 = 0.9, beta2 = 0.999, beta3 = 0.999, epsilon = 1e-8;
  double k = 0.1, K = 10;

  void update(Slots& slots, Expr w, Expr g) const {
    // The loss is one for all parameters, so d is made once and shared.
    const Expr d = slots.once("feedback", [&] {
      const Expr f = slots.loss(), before = slots.shared("f_hat", 1), mean = slots.shared("d", 1);
      const Expr r = minimum(maximum(maximum(f / before, before / f) - 1, k), K);
      const Expr b3 = slots.scalar("beta3", beta3), first = greater(1.5, slots.step());
      const Expr d_now = select(first, 1.0, b3 * mean + (1 - b3) * r);
      slots.assign(mean, d_now);
      slots.assign(before, select(first, f, select(greater(f, before), before * (1 + r), before / (1 + r))));
      return d_now;
    });
    const Moments m = update_moments(slots, w, g, beta1, beta2);
    slots.assign(w, w - slots.scalar("learning_rate", learning_rate) * (m.first / m.first_correction) /
                            (d * sqrt(m.second / m.second_correction) + slots.scalar("epsilon", epsilon)));
  }
};

int main() {
  // Rosenbrock's valley (1960), whose floor bends towards its minimum at (1, 1).
  Graph g;
  const Expr x = g.parameter("x", {}, filled_with(-1.2)), y = g.parameter("y", {}, filled_with(1));
  const Expr loss = square(1 - x) + 100 * square(y - square(x));
  const auto train = compile<double>(g, {loss, minimize(loss, MyEve{.learning_rate = 0.01})});
  auto state = initialise<double>(g, /*seed=*/0);

  fmt::print("  step      loss        d       x       y\n");
  double f = 1, d = 1, f_hat = 1, worst = 0;
  while (state.step < 10000) {
    f = train.run(state, {}).scalar(loss);
    // d once more, in numbers and with the paper's own c, the new f̂ / f̂.
    const double c = f > f_hat ? std::clamp(f / f_hat, 1.1, 11.0) : std::clamp(f / f_hat, 1 / 11.0, 1 / 1.1);
    if (state.step > 1) d = 0.999 * d + 0.001 * std::abs(c - 1) / std::min(c, 1.0);
    f_hat = state.step == 1 ? f : c * f_hat;
    worst = std::max(worst, std::abs(state["d"][0] / d - 1));
    if (state.step == 1 || state.step % 1000 == 0)
      fmt::print("  {:5}  {:8.1e}  {:7.4f}  {:6.3f}  {:6.3f}\n", state.step, f, d, state[x][0], state[y][0]);
  }
  fmt::print("\nd differs from the paper's formula by {:.1e} at most\n", worst);
  return worst < 1e-9 && f < 1e-3 ? 0 : 1;
}
