// 03  XOR: what one neuron cannot learn and three hidden ones can.
//
// No straight line parts (0,1) and (1,0) from (0,0) and (1,1), so σ(w·x + b) fails whatever its w (Minsky &
// Papert 1969). A hidden layer bends the plane first:
//
//     h = tanh(x W₁ + b₁)        p = σ(h W₂ + b₂)        L = mean (p − t)²
//
// Everything below the declaration is the training loop: run the compiled step until the loss is small.

#include <fmt/format.h>
#include <array>
#include <cmath>
#include <gradus/gradus.hpp>

using namespace gradus;

int main() {
  Graph g;
  const Expr x = g.input("x", {batch, 2});
  const Expr t = g.input("t", {batch, 1});
  // Hidden neurons that start equal stay equal, for they get equal gradients: chance tells them apart.
  const Expr h = tanh(matmul(x, g.parameter("W1", {2, 3}, uniform(1))) + g.parameter("b1", {3}));
  const Expr p = sigmoid(matmul(h, g.parameter("W2", {3, 1}, uniform(1))) + g.parameter("b2", {1}));
  const Expr loss = mean(square(p - t));
  const Expr step = minimize(loss, Momentum{.learning_rate = 0.5, .momentum = 0.9});

  const auto train = compile(g, {p, loss, step});
  auto state = initialise(g, /*seed=*/1);

  const std::array<float, 8> inputs{0, 0, 0, 1, 1, 0, 1, 1};
  const std::array<float, 4> targets{0, 1, 1, 0};
  double last = 1;
  fmt::print("  step    loss\n");
  while (last > 1e-3 && state.step < 5000) {
    last = train.run(state, {{x, inputs}, {t, targets}}).scalar(loss);
    const bool doubled = (state.step & (state.step - 1)) == 0;
    if (doubled || last <= 1e-3) fmt::print("  {:4}  {:.6f}\n", state.step, last);
  }

  fmt::print("\n  a  b   network   a xor b\n");
  bool right = true;
  const auto results = train.run(state, {{x, inputs}, {t, targets}});
  for (std::size_t i = 0; i < 4; ++i) {
    const float answer = results[p].span()[i];
    fmt::print("  {:.0f}  {:.0f}   {:7.3f}   {:4.0f}\n", inputs[2 * i], inputs[2 * i + 1], answer,
               targets[i]);
    right = right && std::abs(answer - targets[i]) < 0.1F;
  }
  return right ? 0 : 1;
}
