#include <gradus/base/error.hpp>
#include <gradus/graph/declare/core_ops.hpp>
#include <gradus/graph/declare/pattern.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

using Form = Pattern::Form;

Pattern made(Form form) { return Pattern(std::make_shared<const Form>(std::move(form))); }

std::optional<double> filled(const Node& node) {
  if (const auto* fill = as<Fill>(node.op())) return fill->value;
  return std::nullopt;
}

Number worked_out(const char* symbol, const Number& a, const Number& b, double (*of)(double, double)) {
  return {fmt::format("({} {} {})", to_string(a), symbol, to_string(b)),
          [a, b, of](const Match& match) { return of(match.number(a), match.number(b)); }};
}

/// How tightly an operator binds: a sum least.
int rank_of(const Form& form) {
  if (form.kind != Form::Kind::op || form.symbol.empty()) return 4;
  if (form.inputs.size() == 1) return 3;
  return form.symbol == "*" || form.symbol == "/" ? 2 : 1;
}

std::string text_of(const Form& form, int least = 0) {
  if (form.kind != Form::Kind::op) return form.text;
  std::string text;
  const int rank = rank_of(form);
  if (form.symbol.empty()) {
    text = form.any_inputs ? "…" : "";
    for (const Pattern& input : form.inputs) text += (text.empty() ? "" : ", ") + text_of(input.form());
    if (!form.attributes.empty()) text += "; " + form.attributes;
    return fmt::format("{}({})", form.text, text);
  }
  if (form.inputs.size() == 1)
    text = form.symbol + text_of(form.inputs[0].form(), rank + 1);
  else
    text = fmt::format("{} {} {}", text_of(form.inputs[0].form(), rank), form.symbol,
                       text_of(form.inputs[1].form(), rank + 1));
  return rank < least ? "(" + text + ")" : text;
}

}  // namespace

Pattern::Pattern(double number)
    : Pattern(made({.kind = Form::Kind::number, .text = fmt::format("{}", number), .number = number})) {}

Unknown::Unknown(std::string name) : Pattern(made({.kind = Form::Kind::unknown, .text = std::move(name)})) {}

Number::Number(std::string name) : Pattern(made({.kind = Form::Kind::number, .text = std::move(name)})) {}

Number::Number(std::string text, std::function<double(const Match&)> value)
    : Pattern(made({.kind = Form::Kind::number, .text = std::move(text), .value = std::move(value)})) {}

Number operator*(const Number& a, const Number& b) {
  return worked_out("*", a, b, [](double x, double y) { return x * y; });
}

Number operator/(const Number& a, const Number& b) {
  return worked_out("/", a, b, [](double x, double y) { return x / y; });
}

Pattern computed(std::string text, std::function<Expr(const Match&)> make) {
  Form form{.kind = Form::Kind::computed, .text = std::move(text)};
  form.make = [make = std::move(make)](const Match& match, const Exprs&, const Shape&) {
    return make(match);
  };
  return made(std::move(form));
}

std::string to_string(const Pattern& pattern) { return text_of(pattern.form()); }

/// What is still to be shown: that a node has a form, and then the rest.
struct Match::Goal {
  const Form* form;
  const Node* node;
  const Goal* next;
};

Match::Match(const Pattern& left, const Expr& y, const Uses& uses,
             const std::function<bool(const Match&)>& holds)
    : root_(y), uses_(uses), holds_(holds) {
  const Goal goal{&left.form(), &y.node(), nullptr};
  found_ = solve(&goal);
}

bool Match::solve(const Goal* goals) {
  if (goals == nullptr) return !holds_ || holds_(*this);
  const Form& form = *goals->form;
  const Node& node = *goals->node;
  if (form.kind == Form::Kind::op) {
    if (node.op().type() != *form.type) return false;
    if (form.op && form.op->attributes() != node.op().attributes()) return false;
  } else if (form.kind == Form::Kind::number) {
    const auto value = filled(node);
    if (!value || (form.number && *form.number != *value)) return false;
  }
  if (form.kind == Form::Kind::unknown)
    if (const Node* known = find(form)) return known == &node && solve(goals->next);
  if (size_ == most_parts) throw InternalError(fmt::format("a pattern has more than {} parts", most_parts));
  const std::size_t before = size_;
  parts_[size_++] = {&form, &node};
  if (form.kind == Form::Kind::op ? solve_op(form, node, goals->next) : solve(goals->next)) return true;
  size_ = before;
  return false;
}

bool Match::solve_op(const Form& form, const Node& node, const Goal* next) {
  constexpr std::size_t most_inputs = 4;
  const std::size_t count = form.inputs.size();
  if (form.any_inputs) return solve(next);
  if (count != node.inputs().size()) return false;
  if (count > most_inputs)
    throw InternalError(fmt::format("a pattern of {} has {} inputs", form.text, count));
  std::array<Goal, most_inputs> goals;
  const auto with = [&](bool swapped) {
    for (std::size_t i = count; i-- > 0;)
      goals[i] = {&form.inputs[i].form(), node.inputs()[swapped ? 1 - i : i],
                  i + 1 < count ? &goals[i + 1] : next};
    return solve(count == 0 ? next : goals.data());
  };
  return with(false) || (form.commutative && node.inputs()[0] != node.inputs()[1] && with(true));
}

const Node* Match::find(const Form& form) const {
  for (std::size_t i = 0; i < size_; ++i)
    if (parts_[i].first == &form) return parts_[i].second;
  return nullptr;
}

Expr Match::operator[](const Pattern& part) const {
  const Node* node = find(part.form());
  if (node == nullptr)
    throw InternalError(fmt::format("'{}' of a rule does not stand on its left", to_string(part)));
  return Expr(*node);
}

double Match::number(const Pattern& number) const {
  const Form& form = number.form();
  if (form.number) return *form.number;
  return form.value ? form.value(*this) : *filled((*this)[number].node());
}

Expr Match::first(const std::type_info& type) const {
  for (std::size_t i = 0; i < size_; ++i)
    if (parts_[i].first->type != nullptr && *parts_[i].first->type == type) return Expr(*parts_[i].second);
  throw InternalError("an op of a rule has attributes that do not stand on its left");
}

Expr Match::build(const Pattern& right) const { return build(right.form(), &root_.shape()); }

Expr Match::build(const Form& form, const Shape* shape) const {
  switch (form.kind) {
    case Form::Kind::unknown:
      if (const Node* node = find(form)) return Expr(*node);
      break;
    case Form::Kind::number: {
      const double value = form.number ? *form.number : form.value ? form.value(*this) : *filled(*find(form));
      return root_.graph().constant(value, shape != nullptr ? *shape : Shape{}, root_.node().location());
    }
    case Form::Kind::computed:
      return form.make(*this, {}, root_.shape());
    case Form::Kind::op:
      return build_op(form, shape);
  }
  throw InternalError(fmt::format("'{}' of a rule does not stand on its left", form.text));
}

Expr Match::build_op(const Form& form, const Shape* shape) const {
  Exprs inputs(form.inputs.size());
  const Shape* of_inputs = form.elementwise ? shape : nullptr;
  for (const bool late : {false, true})
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const Form& input = form.inputs[i].form();
      if ((input.repeats || input.kind == Form::Kind::number) != late) continue;
      inputs[i] = build(input, of_inputs);
      if (form.elementwise && of_inputs == nullptr) of_inputs = &inputs[i].shape();
    }
  return form.make(*this, inputs, shape != nullptr ? *shape : root_.shape());
}

}  // namespace gradus
