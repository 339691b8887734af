#pragma once

#include <gradus/graph/declare/pattern.hpp>

namespace gradus {

/// Two sides that are equal for all numbers: left == right. The compiler replaces what has the left side's
/// form by the right side.
struct Equation {
  Pattern left;
  Pattern right;
};

inline Equation operator==(const Pattern& left, const Pattern& right) { return {left, right}; }

/// When an equation may be used: in words, and asked of a match. One without a question is words alone, about
/// what a computed right side sees to.
struct Condition {
  std::string text;
  std::function<bool(const Match&)> holds = {};
};

/// A rule of the compiler: an equation with its name, and when it holds.
class Rule {
 public:
  /// `examples` are what the left side may look like in full, where its pattern alone says too little for the
  /// tests to make one up. Throws InternalError when the right side has an unknown that the left has not.
  Rule(std::string name, Equation equation, std::vector<Condition> where = {}, Patterns examples = {});

  /// What y is replaced by, as new nodes of its graph; empty where the rule has nothing to say about it.
  Expr apply(const Expr& y, const Uses& uses) const;

  const std::string& name() const { return name_; }
  std::string title() const;  ///< with the op at its root: "subtract: common factor"
  const Equation& equation() const { return equation_; }
  std::string condition() const;  ///< in words; empty for a rule that always holds
  const Patterns& examples() const { return examples_; }

 private:
  std::string name_;
  Equation equation_;
  std::vector<Condition> where_;
  std::function<bool(const Match&)> holds_;
  Patterns examples_;
};

/// "c * a - c * b = c * (a - b)".
std::string to_string(const Equation& equation);

/// The rules of an op, which is at the root of all their left sides. The first that applies is used.
struct Rules {
  std::vector<Rule> stabilise = {};  ///< the right does not overflow or cancel where the left does
  std::vector<Rule> simplify = {};   ///< the right is cheaper
  std::vector<Rule> fuse = {};       ///< the right makes fewer passes over memory
};

/// The rules of the op T, or none.
template <class T>
const Rules& rules_of() {
  static const Rules rules = [] {
    if constexpr (requires { T::rules(); })
      return T::rules();
    else
      return Rules{};
  }();
  return rules;
}

// Conditions.

/// x is computed by an op of which `is` is true.
Condition is_op(const Pattern& x, std::string text, bool (*is)(const Op&));

/// x is a T.
template <class T>
Condition is(const Pattern& x) {
  return is_op(x, std::string(T::description.name), [](const Op& op) { return as<T>(op) != nullptr; });
}

/// x > 0 for every input.
Condition positive(const Pattern& x);

Condition scalar(const Pattern& x);
Condition same_shape(const Pattern& a, const Pattern& b);

/// Nobody else reads x.
Condition read_once(const Pattern& x);

}  // namespace gradus
