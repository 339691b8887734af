#include <gradus/base/error.hpp>
#include <gradus/graph/core_ops.hpp>
#include <gradus/ops/broadcast.hpp>
#include <gradus/ops/elementwise.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace gradus {

Exprs to_one_shape(std::string_view op, std::initializer_list<Operand> operands) {
  const Operand* first = nullptr;
  for (const Operand& operand : operands)
    if (operand.expr && first == nullptr) first = &operand;
  if (first == nullptr) refuse_no_inputs(op, operands.begin()->here);
  Graph& graph = first->expr.graph();

  Shape shape = first->expr.shape();
  for (const Operand& operand : operands) {
    if (!operand.expr) continue;
    try {
      shape = broadcast_shape(shape, operand.expr.shape());
    } catch (const Mismatch& mismatch) {
      const Here user = graph.context().here;
      throw ShapeError(fmt::format("{}{} cannot take '{}' {} and '{}' {}: {}", op,
                                   to_string(user.line != 0 ? user : operand.here), first->expr.name(),
                                   to_string(first->expr.shape()), operand.expr.name(),
                                   to_string(operand.expr.shape()), mismatch.expected));
    }
  }
  Exprs result;
  for (const Operand& operand : operands)
    result.push_back(operand.expr ? broadcast_to(operand.expr, shape, operand.here)
                                  : graph.constant(operand.number, shape, operand.here));
  return result;
}

Expr push_below_broadcast(const Expr& y) {
  Exprs sources;
  Shape shape;
  bool broadcast = false;
  for (const Expr& input : y.inputs())
    if (as<Broadcast>(input) != nullptr) {
      shape = input.input(0).shape();
      broadcast = true;
    }
  if (!broadcast) return {};
  for (const Expr& input : y.inputs()) {
    if (const auto value = fill_value(input)) {
      sources.push_back(y.graph().constant(*value, shape));
    } else if (as<Broadcast>(input) != nullptr && input.input(0).shape() == shape) {
      sources.push_back(input.input(0));
    } else {
      return {};
    }
  }
  return broadcast_to(y.graph().make(y.node().shared_op(), sources, y.node().here()), y.shape());
}

bool within_float(double value) {
  using Float = std::numeric_limits<float>;
  const double size = std::abs(value);
  return size == 0 ||
         (size >= static_cast<double>(Float::min()) && size <= static_cast<double>(Float::max()));
}

std::optional<double> fill_value(const Expr& x) {
  if (const auto* fill = as<Fill>(x)) return fill->value;
  return std::nullopt;
}

}  // namespace gradus
