#include <gradus/graph/compile/evaluate.hpp>
#include <gradus/ops/ops.hpp>
#include <gradus/tests/oracle/graphs/makers.hpp>

#include <cmath>

namespace gradus::oracle {
namespace {

using Pair = std::pair<Expr, Expr>;

/// In either order.
Pair operands(Grower& g) {
  const Expr a = g.any();
  const Expr b = g.beside(a);
  return g.chance(0.5) ? Pair{a, b} : Pair{b, a};
}

/// The numbers of x repeated to a shape.
Tensor<double> repeated(Grower& g, const Expr& x, const Shape& shape) {
  return evaluate_once<double>(*erase(Broadcast{shape}), {g.value(x).view()}, shape.at(g.batch_size()));
}

/// Two values that are nowhere closer than the gap, or, now and then, of whole numbers, often equal.
Pair separated_pair(Grower& g) {
  auto [a, b] = operands(g);
  if (g.extreme()) return {a, b};
  const Shape both = broadcast_shape(a.shape(), b.shape());
  if (g.chance(0.1)) return {g.tied_leaf(a.shape()), g.tied_leaf(both)};
  const Tensor<double> left = repeated(g, a, both);
  const Tensor<double> right = repeated(g, b, both);
  const auto clear = [&](double v, Index i) { return std::abs(v - left[i]) >= Grower::gap; };
  for (Index i = 0; i < left.size(); ++i)
    if (!clear(right[i], i)) return {a, g.leaf_where(both, -3, 3, clear)};
  return {a, b};
}

}  // namespace

void add_binary_makers(std::vector<Maker>& makers) {
  using Function = Expr (*)(Operand, Operand, SourceLocation);
  for (const auto& [op, f] : std::vector<std::pair<std::string_view, Function>>{
           {"add", add}, {"subtract", subtract}, {"multiply", multiply}})
    makers.push_back({op, [f = f](Grower& g) {
                        const auto [a, b] = operands(g);
                        return f(a, b, SourceLocation::unknown());
                      }});
  for (const auto& [op, f] : std::vector<std::pair<std::string_view, Function>>{
           {"greater", greater}, {"maximum", maximum}, {"minimum", minimum}})
    makers.push_back({op, [f = f](Grower& g) {
                        const auto [a, b] = separated_pair(g);
                        return f(a, b, SourceLocation::unknown());
                      }});
  makers.push_back(
      {"divide", [](Grower& g) {
         const auto [a, b] = operands(g);
         const Expr below = g.chance(0.5) ? g.positive(b) : g.clear_of(b, {-0.3, -0.1, 0, 0.1, 0.3});
         return a / below;
       }});
  makers.push_back({"select", [](Grower& g) {
                      const auto [a, b] = operands(g);
                      const Shape both = broadcast_shape(a.shape(), b.shape());
                      if (g.chance(0.5)) return select(g.whole_leaf(both, 0, 1), a, b);
                      const auto [left, right] = separated_pair(g);
                      const Expr mask = greater(left, right);
                      return mask.shape() == both ? select(mask, a, b) : select(mask, g.like(mask), 0.25);
                    }});
  makers.push_back({"accumulate", [](Grower& g) {
                      Exprs terms{g.any()};
                      for (Index more = g.whole(1, 3); more > 0; --more) terms.push_back(g.like(terms[0]));
                      return accumulate(terms);
                    }});
  makers.push_back({"when_training", [](Grower& g) {
                      const Expr x = g.any();
                      const Expr other = g.like(x);
                      return when_training(tanh(x), other);
                    }});
}

}  // namespace gradus::oracle
