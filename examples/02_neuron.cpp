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

  const Exprs d = gradients(loss, {a, z, w, b});
  const Expr da = d[0], delta = d[1], dw = d[2], db = d[3];
  const Expr step = minimize(loss, Sgd{.learning_rate = 1});

  const auto look = compile<double>(g, {z, a, loss, da, delta, dw, db});
  const auto train = compile<double>(g, {step});
  auto state = initialise<double>(g, /*seed=*/0);
  state[w][0] = 0.5;
  state[w][1] = -0.25;

  const auto show = [&](const char* when) {
    const auto now = look.run(state, {});
    fmt::print("{}:\n", when);
    fmt::print("  w = {}, b = {}\n", state[w].span(), state[b][0]);
    fmt::print("  z = {:.6g},  a = {:.6g},  L = {:.6g}\n", now.scalar(z), now.scalar(a), now.scalar(loss));
    fmt::print("  ∂L/∂a = {:.6g},  δ = {:.6g},  ∂L/∂w = {::.6g},  ∂L/∂b = {:.6g}\n\n", now.scalar(da),
               now.scalar(delta), now[dw].span(), now.scalar(db));
    return now.scalar(loss);
  };
  const double before = show("Before the step");
  train.run(state, {});
  const double after = show("After w ← w − ∂L/∂w, b ← b − ∂L/∂b");

  fmt::print("The step took the loss from {} to {:.6f}.\n", before, after);
  const bool by_hand = before == 0.125 && state[w][0] == 0.625 && state[w][1] == 0 && state[b][0] == 0.125;
  return by_hand && after < before ? 0 : 1;
}
