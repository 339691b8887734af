#pragma once

#include <gradus/graph/declare/rule.hpp>
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

/// An op of a program's own, which checks and lists know beside those of the library.
struct OwnOp {
  const Description* description;
  const Rules* rules;
  std::vector<OpCase> cases;
};

/// The cases of an op given by examples of it, each as OpCase::build makes one.
using OpExamples = std::vector<std::function<Example(Graph& graph)>>;

/// Where an elementwise op of so many inputs is looked at when nobody says where: two small shapes, values
/// from −2 to 2, none near 0.
OpExamples elementwise_examples(std::size_t inputs, const std::function<Expr(const Exprs& inputs)>& op);

/// An op T of a program's own, a struct as graph/define.hpp says, which is to be included where this is used.
/// Without examples those of elementwise_examples() are taken, for which T must be elementwise and have
/// defaults for what it is made of.
template <class T>
OwnOp own_op(OpExamples examples = {}) {
  if constexpr (requires { T{}, T::arity; } && T::kind == Kind::elementwise)
    if (examples.empty())
      examples =
          elementwise_examples(T::arity, [](const Exprs& inputs) { return gradus::apply(T{}, inputs); });
  OwnOp op{&T::description, &rules_of<T>(), {}};
  for (auto& example : examples) op.cases.push_back({T::description.name, "", std::move(example)});
  return op;
}

/// The cases of all ops of the library.
const std::vector<OpCase>& op_cases();

/// The cases of one op. Empty when there are none.
std::vector<const OpCase*> cases_of(std::string_view op, std::span<const OwnOp> own = {});

/// The gradient check of an op over all of its cases.
struct OpCheck {
  std::string op;
  std::size_t cases = 0;
  GradientCheck first;   ///< the worst of first order
  GradientCheck second;  ///< the worst of second order
  bool passed = false;   ///< false for an op without cases
};

/// Checks the named ops, or when no name is given every one, in the order named.
/// Throws NameError for a name that is no op's, with the nearest one.
std::vector<OpCheck> check_ops(std::span<const std::string> names = {}, std::span<const OwnOp> own = {});

}  // namespace gradus
