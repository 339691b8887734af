// 04  Logistic regression: the hours twenty students spent on an exam, and who passed.
//
//     P(pass) = σ(z),  z = w·hours + b
//
// The likelihood of what happened is Π σ(z)ᵗ (1 − σ(z))¹⁻ᵗ, and minus its logarithm is the loss:
//
//     −t ln σ(z) − (1 − t) ln(1 − σ(z))  =  ln(1 + eᶻ) − t z  =  softplus(z) − t z
//
// It has one minimum, so descent finds the fit that statisticians publish: w = 1.5046, b = −4.0777.

#include <fmt/format.h>
#include <cmath>
#include <gradus/gradus.hpp>

using namespace gradus;

int main() {
  const std::vector<double> spent{0.5,  0.75, 1,    1.25, 1.5, 1.75, 1.75, 2,    2.25, 2.5,
                                  2.75, 3,    3.25, 3.5,  4,   4.25, 4.5,  4.75, 5,    5.5};
  const std::vector<double> passed{0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1};

  Graph g;
  const Expr hours = g.input("hours", {batch});
  const Expr t = g.input("passed", {batch});
  const Expr w = g.parameter("w", {});
  const Expr b = g.parameter("b", {});
  const Expr z = w * hours + b;
  const Expr loss = mean(softplus(z) - t * z);
  const Expr step = minimize(loss, Sgd{.learning_rate = 0.4});

  const auto train = compile<double>(g, {loss, step});
  auto state = initialise<double>(g, /*seed=*/0);

  // At w = b = 0 every student passes with probability ½, and the loss is ln 2 = 0.6931.
  fmt::print("  step    loss\n");
  double previous = 1;
  bool falls = true;
  while (state.step < 2048) {
    const double now = train.run(state, {{hours, spent}, {t, passed}}).scalar(loss);
    if ((state.step & (state.step - 1)) != 0) continue;
    fmt::print("  {:4}  {:.4f}  {:#<{}}\n", state.step, now, "", static_cast<int>(now * 80));
    falls = falls && now < previous;
    previous = now;
  }

  const double slope = state[w][0];
  const double shift = state[b][0];
  fmt::print("\nP(pass) = σ({:.4f}·hours − {:.4f})\n", slope, -shift);
  for (const int h : {1, 2, 3, 4, 5})
    fmt::print("  {} hours: {:4.1f} %\n", h, 100 / (1 + std::exp(-(slope * h + shift))));
  return falls && std::abs(slope - 1.5046) < 1e-3 && std::abs(shift + 4.0777) < 1e-3 ? 0 : 1;
}
