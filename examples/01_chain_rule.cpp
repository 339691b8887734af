// 01  The chain rule, and nothing else.
//
//     y = sin u,  u = x²        dy/dx = dy/du · du/dx = cos(x²) · 2x
//
// Deriving a graph adds nodes to it. Backwards from y, each op says what flows back to its inputs, given what
// flowed back to it: `sin` multiplies by cos u, `square` by 2x. Nothing else is backpropagation. And since
// the derivative is made of the same nodes as the function, it can be derived again.

#include <fmt/format.h>
#include <algorithm>
#include <cmath>
#include <gradus/gradus.hpp>
#include <iostream>

using namespace gradus;

int main() {
  Graph g;
  const Expr x = g.input("x", {});
  const Expr u = square(x).named("u");
  const Expr y = sin(u).named("y");

  const Expr slope = gradients(y, {x}).front().named("slope");

  fmt::print("One graph holds the function and the derivative made from it:\n\n");
  write_text(std::cout, g);

  const Expr curvature = gradients(slope, {x}).front();
  const auto program = compile<double>(g, {y, slope, curvature});
  auto state = initialise<double>(g, /*seed=*/0);

  fmt::print("\n     x     sin x²      dy/dx   by hand     d²y/dx²   by hand\n");
  double worst = 0;
  for (const double at : {-1.0, 0.0, 0.5, 1.0, 2.0}) {
    const auto result = program.run(state, {{x, at}});
    const double by_hand = std::cos(at * at) * 2 * at;
    const double twice = 2 * std::cos(at * at) - 4 * at * at * std::sin(at * at);
    fmt::print("  {:4.1f}  {:9.6f}  {:9.6f} {:9.6f}   {:9.6f} {:9.6f}\n", at, result.scalar(y),
               result.scalar(slope), by_hand, result.scalar(curvature), twice);
    worst = std::max(
        {worst, std::abs(result.scalar(slope) - by_hand), std::abs(result.scalar(curvature) - twice)});
  }
  fmt::print("\nLargest difference from the formulas: {:.1e}\n", worst);
  return worst < 1e-14 ? 0 : 1;
}
