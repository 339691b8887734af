#include <gradus/ops/detail/case_tools.hpp>
#include <gradus/ops/ops.hpp>

namespace gradus {
namespace {

struct Pair {
  std::string what;
  Shape a;
  Shape b;
  Index batch_size = 1;
};

const std::vector<Pair>& pairs() {
  static const std::vector<Pair> all{
      {"two scalars", {}, {}},
      {"one shape, a batch of 1", {batch, 3}, {batch, 3}, 1},
      {"a row added to a batch of 4", {batch, 5}, {5}, 4},
      {"a column and a row", {3, 1}, {1, 4}},
      {"a number for each of 3 examples", {batch, 1}, {batch, 4}, 3},
      {"a scalar and a batch of 2", {}, {batch, 3}, 2},
      {"three axes and two", {2, 1, 3}, {4, 1}},
      {"more than one tile", {batch, 41}, {batch, 41}, 9},
  };
  return all;
}

using Binary = std::function<Expr(Expr a, Expr b)>;

void add_pairs(std::vector<OpCase>& cases, std::string_view op, const Spread& a, const Spread& b,
               const Binary& f) {
  for (const Pair& pair : pairs())
    cases.push_back({op, pair.what, [a, b, f, pair](Graph& graph) {
                       const Point left = leaf(graph, "a", pair.a, pair.batch_size, a);
                       const Point right = leaf(graph, "b", pair.b, pair.batch_size, b, 1);
                       return Example{f(left.leaf, right.leaf), {left, right}};
                     }});
}

void add_with_numbers(std::vector<OpCase>& cases, std::string_view op, const Spread& spread,
                      const std::function<Expr(Operand, Operand)>& f) {
  const Size size{"", {batch, 3}, 2};
  const auto of_one = [&](const std::string& what, const std::function<Expr(Expr)>& g) {
    cases.push_back({op, what, [spread, size, g](Graph& graph) {
                       const Point x = leaf(graph, "x", size.shape, size.batch_size, spread);
                       return Example{g(x.leaf), {x}};
                     }});
  };
  of_one("a number on the left", [f](Expr x) { return f(0.77, x); });
  of_one("a number on the right", [f](Expr x) { return f(x, 0.77); });
  of_one("one value on both sides", [f](Expr x) { return f(x, x); });
}

void add_comparisons(std::vector<OpCase>& cases) {
  // Multiples of ½ and those shifted by 0.2 are never closer than 0.2, so no difference crosses a tie.
  const auto grid = [](Graph& graph, const std::string& name, const Shape& shape, Index batch_size,
                       double shift) {
    std::vector<double> values;
    for (Index i = 0; i < shape.count(batch_size); ++i)
      values.push_back(0.5 * static_cast<double>((i * 5 + (shift > 0 ? 2 : 0)) % 7 - 3) + shift);
    return leaf_of(graph, name, shape, batch_size, values);
  };
  using Function = Expr (*)(Operand, Operand, SourceLocation);
  const std::vector<std::pair<std::string_view, Function>> ops{
      {"greater", greater}, {"maximum", maximum}, {"minimum", minimum}};
  for (const auto& [op, f] : ops) {
    for (const Pair& pair : pairs())
      cases.push_back({op, pair.what, [grid, pair, f = f](Graph& graph) {
                         const Point a = grid(graph, "a", pair.a, pair.batch_size, 0);
                         const Point b = grid(graph, "b", pair.b, pair.batch_size, 0.2);
                         return Example{f(a.leaf, b.leaf, SourceLocation::unknown()), {a, b}};
                       }});
    cases.push_back({op, "a number", [grid, f = f](Graph& graph) {
                       const Point a = grid(graph, "a", {batch, 4}, 3, 0.2);
                       return Example{f(a.leaf, 0.5, SourceLocation::unknown()), {a}};
                     }});
  }
}

void add_select(std::vector<OpCase>& cases) {
  for (const Pair& pair : pairs())
    cases.push_back({"select", pair.what, [pair](Graph& graph) {
                       const Point a = leaf(graph, "a", pair.a, pair.batch_size);
                       const Point b = leaf(graph, "b", pair.b, pair.batch_size, {}, 1);
                       const Shape shape = broadcast_shape(pair.a, pair.b);
                       std::vector<double> bits;
                       for (Index i = 0; i < shape.count(pair.batch_size); ++i)
                         bits.push_back(i % 3 == 1 ? 0 : static_cast<double>(i % 2) - 2);
                       const Point mask = leaf_of(graph, "mask", shape, pair.batch_size, bits);
                       return Example{select(mask.leaf, a.leaf, b.leaf), {a, b}, {mask}};
                     }});
  cases.push_back({"select", "a mask that is not zero anywhere has no gradient", [](Graph& graph) {
                     const Point mask = leaf(graph, "mask", {batch, 4}, 2, {-2, 2, 0});
                     const Point a = leaf(graph, "a", {batch, 4}, 2, {}, 1);
                     return Example{select(mask.leaf, a.leaf, 0.3), {mask, a}};
                   }});
}

}  // namespace

void add_binary_cases(std::vector<OpCase>& cases) {
  const Spread anywhere{-2, 2};
  const Spread off_zero{-3, 3, 0, 0.5};
  add_pairs(cases, "add", anywhere, anywhere, [](Expr a, Expr b) { return add(a, b); });
  add_pairs(cases, "subtract", anywhere, anywhere, [](Expr a, Expr b) { return subtract(a, b); });
  add_pairs(cases, "multiply", anywhere, anywhere, [](Expr a, Expr b) { return multiply(a, b); });
  add_pairs(cases, "divide", anywhere, off_zero, [](Expr a, Expr b) { return divide(a, b); });
  add_with_numbers(cases, "add", anywhere, [](Operand a, Operand b) { return add(a, b); });
  add_with_numbers(cases, "subtract", anywhere, [](Operand a, Operand b) { return subtract(a, b); });
  add_with_numbers(cases, "multiply", anywhere, [](Operand a, Operand b) { return multiply(a, b); });
  add_with_numbers(cases, "divide", off_zero, [](Operand a, Operand b) { return divide(a, b); });
  add_comparisons(cases);
  add_select(cases);
}

}  // namespace gradus
