// 06  An op of your own, in one file, touching nothing of the library: swish (Ramachandran et al. 2017).
//
//     y = x σ(x)        y′ = σ + x σ (1 − σ) = y + σ (1 − y)
//
// An op says two things: how to compute a piece of y, as an Eigen array expression that serves float and
// double; and what flows back, x̄ = y′ ȳ, as nodes. Because a VJP builds nodes and never touches numbers, the
// second derivative, the printing, the fusing of ops and the planning of memory need not be told about it.
//
// Two more things it may say: equations, by which the compiler replaces what has their left side's form; and
// y in JavaScript, by which a page of a graph with it computes.

#include <fmt/format.h>
#include <gradus/gradus.hpp>
#include <gradus/graph/declare/define.hpp>
#include <gradus/ops/patterns.hpp>
#include <iostream>

using namespace gradus;

struct Swish : Elementwise<1> {
  static constexpr Description description{"swish", "x", "x σ(x)"};
  static constexpr std::string_view javascript = "x / (1 + Math.exp(-x))";

  template <class Y, class X>
  static void evaluate(Y& y, const X& x) {
    y = x * x.logistic();
  }

  static Expr vjp(const Expr& y, const Expr& ybar) { return ybar * (y + sigmoid(y.input(0)) * (1 - y)); }

  static Rules rules() {
    const Unknown x("x");
    return {.simplify = {{"swish of a negative", call<Swish>({-x}) == call<Swish>({x}) - x}}};
  }
};

Expr swish(Expr x, SourceLocation location = SourceLocation::current()) {
  return elementwise(Swish{}, {x}, location);
}

int main() {
  Graph g;
  const Expr x = g.input("x", {9});
  const Expr y = swish(x);
  const Expr slope = gradients(sum(y), {x}).front();
  const Expr curvature = gradients(sum(slope), {x}).front();

  Tensor<double> at({9});
  for (Index i = 0; i < at.size(); ++i) at[i] = static_cast<double>(i - 4);

  const auto program = compile<double>(g, {y, slope, curvature});
  auto state = initialise<double>(g, /*seed=*/0);
  const auto result = program.run(state, {{x, at}});
  fmt::print("   x     swish x   swish′ x   swish″ x\n");
  for (Index i = 0; i < at.size(); ++i)
    fmt::print("{:4.0f}  {:10.6f} {:10.6f} {:10.6f}\n", at[i], result[y][i], result[slope][i],
               result[curvature][i]);

  // Never believe a derivative: central differences of y and of y′, in double, at each of these points.
  const std::vector<Point> points{{x, at}};
  const GradientCheck first = check_gradient(sum(y), {x}, points);
  const GradientCheck second = check_second_gradient(sum(y), {x}, points);
  fmt::print("\nfirst derivative:  {}\nsecond derivative: {}\n", to_string(first), to_string(second));

  // Both sides are in this expression; afterwards swish is computed once.
  Graph both;
  const Expr u = both.input("u", {9});
  const Expr positive = swish(u);
  const std::vector<TracedPass> passes = trace_passes(both, {positive + swish(-u)});
  fmt::print("\nwhat the rule does:\n");
  for (std::size_t i = 1; i < passes.size(); ++i) write_changes(std::cout, passes[i - 1], passes[i]);
  const auto swishes = [&](const Graph& graph) {
    int count = 0;
    for (std::size_t id = 0; id < graph.size(); ++id) count += as<Swish>(graph.node(id).op()) != nullptr;
    return count;
  };
  return first && second && swishes(*passes.back().graph) == 1 ? 0 : 1;
}
