#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/elementwise.hpp>

#include <fmt/format.h>

namespace gradus {

Exprs to_one_shape(std::string_view op, std::initializer_list<Operand> operands) {
  const Operand* first = nullptr;
  for (const Operand& operand : operands)
    if (operand.expr && first == nullptr) first = &operand;
  if (first == nullptr) refuse_no_inputs(op, operands.begin()->location);
  Graph& graph = first->expr.graph();

  Shape shape = first->expr.shape();
  for (const Operand& operand : operands) {
    if (!operand.expr) continue;
    try {
      shape = broadcast_shape(shape, operand.expr.shape());
    } catch (const Mismatch& mismatch) {
      const SourceLocation user = graph.context().location;
      throw ShapeError(fmt::format("{}{} cannot take '{}' {} and '{}' {}: {}", op,
                                   to_string(user.line != 0 ? user : operand.location), first->expr.name(),
                                   to_string(first->expr.shape()), operand.expr.name(),
                                   to_string(operand.expr.shape()), mismatch.expected));
    }
  }
  Exprs result;
  for (const Operand& operand : operands)
    result.push_back(operand.expr ? broadcast_to(operand.expr, shape, operand.location)
                                  : graph.constant(operand.number, shape, operand.location));
  return result;
}

std::optional<double> fill_value(const Expr& x) {
  if (const auto* fill = as<Fill>(x)) return fill->value;
  return std::nullopt;
}

}  // namespace gradus
