#include <gradus/base/error.hpp>
#include <gradus/graph/declare/rule.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

bool stands_in(const Pattern::Form& part, const Pattern::Form& whole) {
  return &part == &whole || std::ranges::any_of(whole.inputs, [&](const Pattern& input) {
    return stands_in(part, input.form());
  });
}

/// Throws for what the right side cannot be built of.
void check(const std::string& rule, const Pattern::Form& left, const Pattern::Form& right) {
  using Kind = Pattern::Form::Kind;
  const bool taken =
      right.kind == Kind::unknown || (right.kind == Kind::number && !right.number && !right.value);
  if (taken && !stands_in(right, left))
    throw InternalError(fmt::format("the rule '{}' has '{}' on its right side alone", rule, right.text));
  for (const Pattern& input : right.inputs) check(rule, left, input.form());
}

}  // namespace

Rule::Rule(std::string name, Equation equation, std::vector<Condition> where, Patterns examples)
    : name_(std::move(name)),
      equation_(std::move(equation)),
      where_(std::move(where)),
      examples_(std::move(examples)) {
  check(name_, equation_.left.form(), equation_.right.form());
  if (examples_.empty()) examples_ = {equation_.left};
  if (std::ranges::any_of(where_, [](const Condition& each) { return bool(each.holds); }))
    holds_ = [conditions = where_](const Match& match) {
      return std::ranges::all_of(conditions,
                                 [&](const Condition& each) { return !each.holds || each.holds(match); });
    };
}

Expr Rule::apply(const Expr& y, const Uses& uses) const {
  const Match match(equation_.left, y, uses, holds_);
  return match ? match.build(equation_.right) : Expr();
}

std::string Rule::title() const {
  const Pattern::Form& root = equation_.left.form();
  return root.kind == Pattern::Form::Kind::op ? fmt::format("{}: {}", root.text, name_) : name_;
}

std::string Rule::condition() const {
  std::string text;
  for (const Condition& each : where_) text += (text.empty() ? "" : ", ") + each.text;
  return text;
}

std::string to_string(const Equation& equation) {
  return fmt::format("{} = {}", to_string(equation.left), to_string(equation.right));
}

Condition is_op(const Pattern& x, std::string text, bool (*is)(const Op&)) {
  return {fmt::format("{} is {}", to_string(x), text),
          [x, is](const Match& match) { return is(match[x].op()); }};
}

Condition positive(const Pattern& x) {
  return {fmt::format("{} > 0 for every input", to_string(x)),
          [x](const Match& match) { return match[x].op().positive(); }};
}

Condition scalar(const Pattern& x) {
  return {fmt::format("{} is a scalar", to_string(x)),
          [x](const Match& match) { return match[x].shape().is_scalar(); }};
}

Condition same_shape(const Pattern& a, const Pattern& b) {
  return {fmt::format("{} and {} have one shape", to_string(a), to_string(b)),
          [a, b](const Match& match) { return match[a].shape() == match[b].shape(); }};
}

Condition read_once(const Pattern& x) {
  return {fmt::format("nobody else reads {}", to_string(x)),
          [x](const Match& match) { return match.uses().of(match[x]) == 1; }};
}

}  // namespace gradus
