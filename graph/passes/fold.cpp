#include <gradus/graph/core_ops.hpp>
#include <gradus/graph/evaluate.hpp>
#include <gradus/graph/passes/passes.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>

namespace gradus {
namespace {

/// Larger constants are left to the run: folding them would only move memory from the arena into the program.
constexpr Index most_folded = 4096;

bool all_fills(const Exprs& inputs) {
  return std::ranges::all_of(inputs, [](const Expr& input) { return as<Fill>(input) != nullptr; });
}

bool all_constants(const Exprs& inputs) {
  return std::ranges::all_of(
      inputs, [](const Expr& input) { return as<Fill>(input) != nullptr || as<Constant>(input) != nullptr; });
}

Tensor<double> value_of(const Expr& constant) {
  Tensor<double> value(constant.shape().at(1));
  if (const auto* fill = as<Fill>(constant))
    std::ranges::fill(value.span(), fill->value);
  else
    std::ranges::copy(as<Constant>(constant)->values, value.data());
  return value;
}

/// An elementwise op of fills is a fill, whatever the shape.
Expr fold_fill(Rewriter& to, const Node& old, const Exprs& inputs) {
  std::vector<Tensor<double>> values;
  for (const Expr& input : inputs) {
    values.emplace_back(Extents{});
    values.back()[0] = as<Fill>(input)->value;
  }
  const Tensor<double> folded = evaluate_once(old.op(), values, Extents{});
  return to.graph().constant(folded[0], old.shape(), old.here());
}

Expr fold_values(Rewriter& to, const Node& old, const Exprs& inputs) {
  std::vector<Tensor<double>> values;
  for (const Expr& input : inputs) values.push_back(value_of(input));
  const Tensor<double> folded = evaluate_once(old.op(), values, old.shape().at(1));
  const auto numbers = folded.span();
  const auto bits = [](double number) { return std::bit_cast<std::uint64_t>(number); };
  if (std::ranges::all_of(numbers, [&](double number) { return bits(number) == bits(numbers[0]); }))
    return to.graph().constant(numbers[0], old.shape(), old.here());
  return to.graph().constant(std::vector<double>(numbers.begin(), numbers.end()), old.shape(), old.here());
}

}  // namespace

Lowering fold_constants(const Lowering& from) {
  return rewrite(*from.graph, from.roots, [](Rewriter& to, const Node& old, const Exprs& inputs) {
    const Kind kind = old.op().kind();
    if (inputs.empty() || kind == Kind::effect) return to.copy(old, inputs);
    const auto guard = to.in_place_of(old);
    if (kind == Kind::elementwise && all_fills(inputs)) return fold_fill(to, old, inputs);
    const bool fixed = !old.shape().has_batch() && std::ranges::none_of(inputs, [](const Expr& input) {
      return input.shape().has_batch();
    });
    if (fixed && old.shape().count(1) <= most_folded && all_constants(inputs))
      return fold_values(to, old, inputs);
    return to.copy(old, inputs);
  });
}

}  // namespace gradus
