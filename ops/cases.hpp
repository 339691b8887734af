#pragma once

#include <gradus/inspect/gradient_check.hpp>

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// An op applied to fresh inputs and parameters, and the values to look at it.
struct Example {
  Expr y;                         ///< a node of the op, with several inputs perhaps broadcast to it
  std::vector<Point> at;          ///< what y is differentiated by: off kinks, inside of the domain
  std::vector<Point> fixed = {};  ///< what it is not: masks and class numbers
};

/// A worked example of an op, for the laws that every op obeys.
struct OpCase {
  std::string_view op;
  std::string what;  ///< what is special about it
  std::function<Example(Graph& graph)> build;
};

/// The cases of all ops.
const std::vector<OpCase>& op_cases();

/// The cases of one op. Empty when there are none.
std::vector<const OpCase*> cases_of(std::string_view op);

/// The gradient check of an op over all of its cases.
struct OpCheck {
  std::string op;
  std::size_t cases = 0;
  GradientCheck first;   ///< the worst of first order
  GradientCheck second;  ///< the worst of second order
  bool passed = false;   ///< false for an op without cases
};

/// Checks the named ops, or every registered op when no name is given, in the order named.
/// Throws NameError for a name that is no op's, with the nearest one.
std::vector<OpCheck> check_ops(std::span<const std::string> names = {});

}  // namespace gradus
