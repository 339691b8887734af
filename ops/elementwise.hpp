#pragma once

#include <gradus/graph/declare/graph.hpp>

namespace gradus {

/// What elementwise ops of N inputs of one shape have in common.
template <std::size_t N>
struct Elementwise {
  static constexpr Kind kind = Kind::elementwise;
  static constexpr std::size_t arity = N;

  static Shape infer(std::span<const Shape> inputs) {
    for (const Shape& shape : inputs)
      if (shape != inputs[0]) throw Mismatch{"both must have one shape"};
    return inputs[0];
  }

  friend bool operator==(const Elementwise&, const Elementwise&) = default;
};

/// Broadcasts the operands to one shape by NumPy's rule and returns them; numbers become constants. Throws
/// ShapeError, naming `op`, both operands with their shapes and the user's line, when they do not fit, and
/// GraphError when no operand is an expression.
Exprs to_one_shape(std::string_view op, std::initializer_list<Operand> operands);

/// Adds an elementwise node, its operands broadcast to one shape.
template <class T>
Expr elementwise(const T& definition, std::initializer_list<Operand> operands,
                 SourceLocation location = SourceLocation::current()) {
  return apply(definition, to_one_shape(T::description.name, operands), location);
}

/// The number a node is filled with, if it is.
std::optional<double> fill_value(const Expr& x);

}  // namespace gradus
