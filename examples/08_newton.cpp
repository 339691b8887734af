// 08  Newton's method: the regression of lesson 04 in seven steps instead of a thousand.
//
//     w ← w − H⁻¹ ∇L,        H = ∂²L/∂w∂wᵀ
//
// H is not written down anywhere: column i is H eᵢ, the derivative of ∇L·eᵢ, for a gradient is nodes like any
// other and can be derived again (Pearlmutter 1994). With two weights Cramer's rule solves H s = ∇L. The
// whole step, H and its inverse included, is one graph.
//
// Near the minimum the error is squared by each step, so the number of right digits doubles.

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
  const Expr w = g.parameter("w", {2});  // the slope, and the shift
  const auto entry = [](Expr vector, Index i) { return reshape(slice(vector, 0, i, i + 1), {}); };

  const Expr z = entry(w, 0) * hours + entry(w, 1);
  const Expr loss = mean(softplus(z) - t * z);

  const Expr gradient = gradients(loss, {w}).front();
  const Expr first = hessian_vector(loss, w, g.constant({1, 0}, {2}));   // (H₁₁, H₂₁)
  const Expr second = hessian_vector(loss, w, g.constant({0, 1}, {2}));  // (H₁₂, H₂₂)

  const Expr determinant = entry(first, 0) * entry(second, 1) - entry(first, 1) * entry(second, 0);
  const Expr numerators = concatenate(
      {slice(second, 0, 1, 2) * slice(gradient, 0, 0, 1) - slice(second, 0, 0, 1) * slice(gradient, 0, 1, 2),
       slice(first, 0, 0, 1) * slice(gradient, 0, 1, 2) - slice(first, 0, 1, 2) * slice(gradient, 0, 0, 1)},
      0);
  const Expr size = sqrt(sum(square(gradient)));
  const Expr step = train_step(loss, {assign(w, w - numerators / determinant)});

  const auto newton = compile<double>(g, {size, determinant, step});
  auto state = initialise<double>(g, /*seed=*/0);
  fmt::print("  step   |∇L|      det H     w         b\n");
  double length = 1;
  while (length > 1e-14 && state.step < 10) {
    const auto result = newton.run(state, {{hours, spent}, {t, passed}});
    length = result.scalar(size);
    fmt::print("  {:4}   {:.1e}   {:.4f}   {:.5f}  {:.5f}\n", state.step, length, result.scalar(determinant),
               state[w][0], state[w][1]);
  }
  fmt::print("\nP(pass) = σ({:.4f}·hours − {:.4f})\n", state[w][0], -state[w][1]);
  const bool known = std::abs(state[w][0] - 1.5046) < 1e-4 && std::abs(state[w][1] + 4.0777) < 1e-4;
  return known && state.step <= 8 ? 0 : 1;
}
