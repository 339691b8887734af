#pragma once

#include <gradus/graph/declare/graph.hpp>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <vector>

namespace gradus {

class Match;

/// One side of a rule: a tree of ops over unknowns, which an expression has or has not, which can be built
/// as nodes of a graph, and printed. Written with the operators and functions of ops/patterns.hpp:
///
///     const Unknown a("a"), b("b"), c("c");
///     c * a - c * b
class Pattern {
 public:
  /// What a pattern says; see the functions below.
  struct Form;

  // NOLINTNEXTLINE(google-explicit-constructor)
  Pattern(double number);  ///< a fill of this number
  explicit Pattern(std::shared_ptr<const Form> form) : form_(std::move(form)) {}

  const Form& form() const { return *form_; }

 private:
  std::shared_ptr<const Form> form_;
};

/// Any expression, the same wherever it stands.
struct Unknown : Pattern {
  explicit Unknown(std::string name);
};

/// A fill of any number. Numbers made of numbers stand on the right alone.
struct Number : Pattern {
  explicit Number(std::string name);
  // NOLINTNEXTLINE(google-explicit-constructor)
  Number(double number) : Pattern(number) {}
  /// A number that is worked out from what was matched.
  Number(std::string text, std::function<double(const Match&)> value);
};

Number operator*(const Number& a, const Number& b);
Number operator/(const Number& a, const Number& b);

/// On the right, what a function makes of the match; nothing is replaced where that is empty.
Pattern computed(std::string text, std::function<Expr(const Match&)> make);

using Patterns = std::vector<Pattern>;

struct Pattern::Form {
  /// Makes a node of inputs that are built already, in the shape it has to have where that is known.
  using Make = std::function<Expr(const Match&, const Exprs& inputs, const Shape& shape)>;

  enum class Kind { unknown, number, computed, op };
  Kind kind;
  std::string text = {};  ///< the name of an unknown or op, a number's digits, what is computed in words
  std::optional<double> number = {};
  std::function<double(const Match&)> value = {};  ///< of a number that was not matched
  const std::type_info* type = nullptr;            ///< of the op
  OpPtr op = nullptr;                              ///< where its attributes are asked for too
  std::string attributes = {};                     ///< as they are printed
  bool any_inputs = false;
  bool commutative = false;
  bool elementwise = false;  ///< its inputs have its shape
  bool repeats = false;      ///< takes its shape from what stands beside it
  Patterns inputs = {};
  std::string symbol = {};  ///< of an operator, which is printed between its inputs
  Make make = {};
};

/// What an expression that has a rule's left side was found to be made of.
class Match {
 public:
  /// Whether y has the form, and `holds` of what it is made of. Where the inputs of a commutative op fit both
  /// ways, the first that holds.
  Match(const Pattern& left, const Expr& y, const Uses& uses, const std::function<bool(const Match&)>& holds);

  explicit operator bool() const { return found_; }

  const Expr& root() const { return root_; }
  const Uses& uses() const { return uses_; }

  /// What stands for a part of the left side. Throws InternalError for any other pattern.
  Expr operator[](const Pattern& part) const;

  /// A number of the left side, or one worked out from the match.
  double number(const Pattern& number) const;

  /// The first op of that type on the left.
  Expr first(const std::type_info& type) const;

  /// The other side as new nodes, in the shape of the root. Inputs come first, left to right; numbers and
  /// what only repeats others after them.
  Expr build(const Pattern& right) const;

 private:
  struct Goal;
  bool solve(const Goal* goals);
  bool solve_op(const Pattern::Form& form, const Node& node, const Goal* next);
  const Node* find(const Pattern::Form& form) const;
  Expr build(const Pattern::Form& form, const Shape* shape) const;
  Expr build_op(const Pattern::Form& form, const Shape* shape) const;

  static constexpr std::size_t most_parts = 32;
  Expr root_;
  const Uses& uses_;
  const std::function<bool(const Match&)>& holds_;
  std::array<std::pair<const Pattern::Form*, const Node*>, most_parts> parts_;
  std::size_t size_ = 0;
  bool found_ = false;
};

/// As it is written: c * a - c * b.
std::string to_string(const Pattern& pattern);

namespace detail {

template <class T>
Pattern::Form form_of(Patterns inputs, std::string symbol) {
  Pattern::Form form{
      .kind = Pattern::Form::Kind::op, .text = std::string(T::description.name), .type = &typeid(T)};
  form.inputs = std::move(inputs);
  form.symbol = std::move(symbol);
  form.elementwise = T::kind == Kind::elementwise;
  if constexpr (requires { T::commutative; }) form.commutative = T::commutative;
  return form;
}

}  // namespace detail

/// An op T of these inputs. On the right it has the attributes of the first T on the left. Where T says
/// `static constexpr bool commutative = true`, its two inputs may stand either way.
template <class T>
Pattern call(Patterns inputs, std::string symbol = {}) {
  Pattern::Form form = detail::form_of<T>(std::move(inputs), std::move(symbol));
  form.make = [](const Match& match, const Exprs& made, const Shape&) {
    OpPtr op;
    if constexpr (std::is_empty_v<T>)
      op = erase(T{});
    else
      op = match.first(typeid(T)).node().shared_op();
    return match.root().graph().make(op, made, match.root().node().location());
  };
  return Pattern(std::make_shared<const Pattern::Form>(std::move(form)));
}

/// Exactly this op.
template <class T>
Pattern exactly(const T& definition, Patterns inputs) {
  Pattern::Form form = detail::form_of<T>(std::move(inputs), {});
  form.op = erase(definition);
  form.attributes = to_string(form.op->attributes());
  form.make = [op = form.op](const Match& match, const Exprs& made, const Shape&) {
    return match.root().graph().make(op, made, match.root().node().location());
  };
  return Pattern(std::make_shared<const Pattern::Form>(std::move(form)));
}

/// On the right, a T whose attributes follow from the match: `change` returns the definition, `text` says it.
template <class T, class Change>
Pattern changed(std::string text, Patterns inputs, Change change) {
  Pattern::Form form = detail::form_of<T>(std::move(inputs), {});
  form.attributes = std::move(text);
  form.make = [change](const Match& match, const Exprs& made, const Shape&) {
    return match.root().graph().make(erase(change(match)), made, match.root().node().location());
  };
  return Pattern(std::make_shared<const Pattern::Form>(std::move(form)));
}

/// An op T{shape}. On the right it is made in the shape that is called for, and its input taken where that
/// has the shape already.
template <class T>
Pattern shaped(Patterns inputs) {
  Pattern::Form form = detail::form_of<T>(std::move(inputs), {});
  form.repeats = T::kind == Kind::gather;
  form.make = [](const Match& match, const Exprs& made, const Shape& shape) {
    if (!made.empty() && made[0].shape() == shape) return made[0];
    return match.root().graph().make(erase(T{shape}), made, match.root().node().location());
  };
  return Pattern(std::make_shared<const Pattern::Form>(std::move(form)));
}

/// On the left, a T of any inputs.
template <class T>
Pattern any() {
  Pattern::Form form = detail::form_of<T>({}, {});
  form.any_inputs = true;
  return Pattern(std::make_shared<const Pattern::Form>(std::move(form)));
}

}  // namespace gradus
