#include <gradus/graph/compile/evaluate.hpp>
#include <gradus/graph/compile/passes/local.hpp>
#include <gradus/graph/declare/core_ops.hpp>

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

bool is_constant(const Node& node) {
  return as<Fill>(node.op()) != nullptr || as<Constant>(node.op()) != nullptr;
}

bool all_constants(const Exprs& inputs) {
  return std::ranges::all_of(inputs, [](const Expr& input) { return is_constant(input.node()); });
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
Expr fold_fill(const Expr& y) {
  std::vector<Tensor<double>> values;
  for (const Expr& input : y.inputs()) {
    values.emplace_back(Extents{});
    values.back()[0] = as<Fill>(input)->value;
  }
  const Tensor<double> folded = evaluate_once(y.op(), values, Extents{});
  return y.graph().constant(folded[0], y.shape(), y.node().location());
}

Expr fold_values(const Expr& y) {
  std::vector<Tensor<double>> values;
  for (const Expr& input : y.inputs()) values.push_back(value_of(input));
  const Tensor<double> folded = evaluate_once(y.op(), values, y.shape().at(1));
  const auto numbers = folded.span();
  const auto bits = [](double number) { return std::bit_cast<std::uint64_t>(number); };
  if (std::ranges::all_of(numbers, [&](double number) { return bits(number) == bits(numbers[0]); }))
    return y.graph().constant(numbers[0], y.shape(), y.node().location());
  return y.graph().constant(std::vector<double>(numbers.begin(), numbers.end()), y.shape(),
                            y.node().location());
}

Expr fold(const Match& match) {
  const Expr& y = match.root();
  const Kind kind = y.op().kind();
  if (kind == Kind::effect || y.node().inputs().empty()) return {};
  if (!is_constant(*y.node().inputs()[0])) return {};
  const Exprs inputs = y.inputs();
  if (kind == Kind::elementwise && all_fills(inputs)) return fold_fill(y);
  const bool fixed = !y.shape().has_batch() && std::ranges::none_of(inputs, [](const Expr& input) {
    return input.shape().has_batch();
  });
  return fixed && y.shape().count(1) <= most_folded && all_constants(inputs) ? fold_values(y) : Expr();
}

}  // namespace

const std::vector<Rule>& folding_rules() {
  static const std::vector<Rule> rules{{"constants alone",
                                        Unknown("y") == computed("its number or numbers", fold),
                                        {{"y reads constants alone"}}}};
  return rules;
}

}  // namespace gradus
