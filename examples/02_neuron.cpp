// 02  One neuron, every number of it, small enough to check with a pencil.
//
//     z = w·x + b        a = σ(z) = 1 / (1 + e⁻ᶻ)        L = ½ (a − t)²
//
// Backwards, with δ for ∂L/∂z:
//
//     ∂L/∂a = a − t      δ = ∂L/∂a · σ′(z) = (a − t) a (1 − a)      ∂L/∂w = δ x      ∂L/∂b = δ
//
// The numbers are chosen so that z = 0, where σ = ½ and σ′ = ¼: all of them are exact.

#include <fmt/ranges.h>
#include <gradus/gradus.hpp>

using namespace gradus;

int main() {
  Graph g;
  const Expr x = g.constant({1, 2}, {2});
  const Expr t = g.constant(1);
  const Expr w = g.parameter("w", {2});
  const Expr b = g.parameter("b", {});

  const Expr z = sum(w * x) + b;
  const Expr a = sigmoid(z);
  const Expr loss = 0.5 * square(a - t);

  const Exprs derived = gradients(loss, {a, z, w, b});
  const Expr step = minimize(loss, Sgd{.learning_rate = 1});
  const auto look = compile<double>(g, {z, a, loss, derived[0], derived[1], derived[2], derived[3]});
  const auto train = compile<double>(g, {step});

  auto state = initialise<double>(g, /*seed=*/0);
  state[w][0] = 0.5;
  state[w][1] = -0.25;

  double before = 0;
  bool exact = false;
  for (const char* when : {"before the step", "after w ← w − ∂L/∂w, b ← b − ∂L/∂b"}) {
    const auto now = look.run(state, {});
    const auto dw = now[derived[2]];
    fmt::print("{}:\n", when);
    fmt::print("  w = {}, b = {}\n", state[w].span(), state[b][0]);
    fmt::print("  z = {:.6g},  a = {:.6g},  L = {:.6g}\n", now.scalar(z), now.scalar(a), now.scalar(loss));
    fmt::print("  ∂L/∂a = {:.6g},  δ = {:.6g},  ∂L/∂w = [{:.6g}, {:.6g}],  ∂L/∂b = {:.6g}\n\n",
               now.scalar(derived[0]), now.scalar(derived[1]), dw[0], dw[1], now.scalar(derived[3]));
    if (state.step == 0) {
      before = now.scalar(loss);
      exact = before == 0.125 && now.scalar(derived[1]) == -0.125 && dw[0] == -0.125 && dw[1] == -0.25;
      train.run(state, {});
    } else {
      fmt::print("The step took the loss from {} to {:.6f}.\n", before, now.scalar(loss));
      return exact && state[w][0] == 0.625 && state[b][0] == 0.125 && now.scalar(loss) < before ? 0 : 1;
    }
  }
}
