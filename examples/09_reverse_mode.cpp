// 09  Reverse mode: why one walk backwards gives the derivative by everything.
//
//     f(x, y) = x y + sin x        ∂f/∂x = y + cos x        ∂f/∂y = x
//
// x is used twice, so two contributions flow back to it, and their sum is its gradient. The walk visits each
// node of f once, however many inputs f has: below, two nodes for each input, be they ten or a thousand.

#include <fmt/format.h>
#include <cmath>
#include <gradus/gradus.hpp>
#include <iostream>

using namespace gradus;

namespace {

/// The nodes that deriving f = Σ sin xᵢ by all of its n inputs adds to a graph.
std::size_t nodes_of_gradient(int n) {
  Graph g;
  Exprs x;
  for (int i = 0; i < n; ++i) x.push_back(g.input(fmt::format("x{}", i), {}));
  Expr f = sin(x.front());
  for (int i = 1; i < n; ++i) f = f + sin(x[static_cast<std::size_t>(i)]);
  const std::size_t before = g.size();
  gradients(f, x);
  return g.size() - before;
}

}  // namespace

int main() {
  Graph g;
  const Expr x = g.input("x", {}), y = g.input("y", {});
  const Expr product = (x * y).named("product");
  const Expr wave = sin(x).named("wave");
  const Expr f = (product + wave).named("f");
  const Exprs d = gradients(f, {x, y});
  write_text(std::cout, g);

  const auto program = compile<double>(g, {f, d[0], d[1]});
  auto state = initialise<double>(g, /*seed=*/0);
  const auto at = program.run(state, {{x, 0.5}, {y, 3.0}});
  fmt::print("\nAt x = 0.5, y = 3: f = {:.6f}, ∂f/∂x = {:.6f}, ∂f/∂y = {:.6f}\n", at.scalar(f),
             at.scalar(d[0]), at.scalar(d[1]));
  fmt::print("By hand:                       y + cos x = {:.6f},     x = {:.6f}\n\n", 3 + std::cos(0.5), 0.5);

  for (const int n : {10, 100, 1000})
    fmt::print("The gradient of Σ sin x of {:4} inputs: {:4} nodes\n", n, nodes_of_gradient(n));
  return at.scalar(d[0]) == 3 + std::cos(0.5) && at.scalar(d[1]) == 0.5 ? 0 : 1;
}
