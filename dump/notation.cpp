#include <gradus/dump/algebra.hpp>
#include <gradus/dump/clauses.hpp>
#include <gradus/dump/notation.hpp>
#include <gradus/graph/core_ops.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

using Kind = Formula::Kind;
using Binding = Formula::Binding;

bool has_prose(const Formula& formula) {
  return formula.kind == Kind::text || formula.kind == Kind::cases ||
         std::ranges::any_of(formula.parts, has_prose);
}

/// The letters that stand for an op's inputs.
std::vector<Formula> input_letters(const Op& op, const Formula& formula, std::size_t inputs) {
  std::vector<Formula> named;
  for (const Clause& clause : clauses(op.description().derivative))
    if (is_letter(clause.target)) named.push_back(clause.target);
  if (named.size() == inputs) return named;
  std::vector<Formula> letters;
  collect_letters(formula, letters);
  if (inputs == 1)
    for (const char* x : {"x", "X"})
      if (std::ranges::find(letters, formula::symbol(x)) != letters.end()) return {formula::symbol(x)};
  letters.resize(std::min(letters.size(), inputs));
  return letters;
}

const Attribute* find_attribute(const Attributes& attributes, std::string_view name) {
  const auto found = std::ranges::find(attributes, name, &Attribute::name);
  return found == attributes.end() ? nullptr : &*found;
}

bool has_big(const Formula& formula) {
  return formula.kind == Kind::big || std::ranges::any_of(formula.parts, has_big);
}

/// How an op's formula says it is written.
struct Template {
  Formula formula;               ///< empty: by name
  std::vector<Formula> letters;  ///< of the inputs
  bool left_of_equals = false;
  bool last_axis = false;  ///< it speaks of the last axis
};

Template template_of(const Op& op, std::size_t inputs) {
  const auto parsed = parse_formula(op.description().formula);
  if (!parsed) return {};
  const std::vector<Formula> parts = sentence(*parsed);
  Formula formula = parts.front();
  if (formula.kind == Kind::text) return {};
  const bool equation = formula.kind == Kind::row && formula.binding == Binding::relation &&
                        formula.parts.size() == 3 && formula.parts[1] == formula::operation("=");
  if (equation) formula = Formula(formula.parts[0]);
  if (has_prose(formula) || formula.empty()) return {};
  Template result{formula, {}, equation, false};
  for (const Formula& part : parts)
    if (part.kind == Kind::text && part.text.find("the last axis") != std::string::npos)
      result.last_axis = true;
  const bool along_axes = find_attribute(op.attributes(), "axes") != nullptr;
  const Formula n = formula::symbol("n");
  // Words behind a formula belong to it ("max x over windows"), unless they name the axes that are written
  // below a sum, or a comma says that they only explain.
  const bool explained = parts.size() == 1 || parts[1].text.starts_with(',');
  if (!explained && !along_axes && !(result.last_axis && has_big(formula))) return {};
  if (!along_axes && count(formula, n) > 0) return {};
  if (formula == n) return result;
  result.letters = input_letters(op, formula, inputs);
  const bool each_once = result.letters.size() == inputs &&
                         std::ranges::all_of(result.letters, [&](auto& x) { return count(formula, x) == 1; });
  return each_once ? result : Template();
}

/// The axes an op works along, where it says so.
std::vector<std::size_t> axes_of(const Attributes& attributes, const Shape& x) {
  std::vector<std::size_t> result;
  const auto add = [&](Index axis) { result.push_back(normal_axis(axis, x.rank())); };
  if (const Attribute* axes = find_attribute(attributes, "axes"))
    if (const auto* list = std::get_if<std::vector<Index>>(&axes->value)) std::ranges::for_each(*list, add);
  return result;
}

/// Below a sum: nothing for all elements, "batch" for the examples, else the numbers of the axes.
Formula axes_below(const std::vector<std::size_t>& axes, const Shape& x) {
  if (axes.empty() || axes.size() == x.rank()) {
    const bool examples_alone = axes.size() == 1 && x[axes[0]].is_batch();
    return examples_alone ? formula::text("batch") : Formula();
  }
  std::string names;
  for (const std::size_t axis : axes) {
    if (!names.empty()) names += ", ";
    names += x[axis].is_batch() ? "batch" : fmt::format("axis {}", axis);
  }
  return formula::text(names);
}

/// How many elements there are along the axes: 10 n where n examples are fed.
Formula elements_along(const std::vector<std::size_t>& axes, const Shape& x) {
  Index sizes = 1;
  bool examples = false;
  for (const std::size_t axis : axes)
    if (x[axis].is_batch())
      examples = true;
    else
      sizes *= x[axis].at(1);
  std::vector<Formula> factors{formula::number(std::to_string(sizes))};
  if (examples) factors.push_back(formula::symbol("n"));
  return formula::product(std::move(factors));
}

/// Puts inputs and attributes into an op's formula.
class Writer {
 public:
  Writer(const Node& node, const Template& form, const std::vector<WrittenInput>& inputs)
      : node_(node), attributes_(node.op().attributes()), form_(form), inputs_(inputs) {
    if (!node.inputs().empty()) {
      const Shape& x = node.inputs()[0]->shape();
      axes_ = axes_of(attributes_, x);
      if (axes_.empty() && form.last_axis && x.rank() > 0) axes_ = {x.rank() - 1};
    }
    match_numbers();
  }

  Formula run() { return write(form_.formula); }

 private:
  Formula write(const Formula& part) {
    if (is_letter(part))
      if (const auto known = letter(part)) return *known;
    switch (part.kind) {
      case Kind::row:
        return row(part);
      case Kind::fraction:
        return formula::quotient(write(part.parts[0]), write(part.parts[1]));
      case Kind::scripts:
        return scripts(part);
      case Kind::group:
        return group(part);
      case Kind::root:
        return formula::root(write(part.parts[0]));
      case Kind::big:
        return formula::scripts(part, below(), {});
      default: {
        Formula result = part;
        for (Formula& each : result.parts) each = write(each);
        return result;
      }
    }
  }

  Formula below() const { return axes_.empty() ? Formula() : axes_below(axes_, node_.inputs()[0]->shape()); }

  Formula row(const Formula& part) {
    if (part.binding == Binding::sum) {
      std::vector<formula::Term> terms;
      bool minus = false;
      for (const Formula& each : part.parts)
        if (each.kind == Kind::operation)
          minus = each.text == "−";
        else
          terms.push_back({minus, write(each)});
      return formula::sum(std::move(terms));
    }
    if (part.binding == Binding::product) return product(part);
    if (part.binding == Binding::big) return with_big(part);
    Formula result = part;
    for (Formula& each : result.parts) {
      each = write(each);
      if (part.binding == Binding::applied && each.kind != Kind::group)
        each = formula::bracketed(std::move(each), Binding::atom);
    }
    return result;
  }

  Formula product(const Formula& part) {
    const bool elementwise = part.parts.size() == 3 && part.parts[1] == formula::operation("·");
    if (elementwise) return multiplied(part.parts[0], part.parts[2]);
    const bool with_signs = std::ranges::any_of(
        part.parts, [](const Formula& each) { return each.kind == Kind::operation && each.text != "·"; });
    std::vector<Formula> factors;
    for (const Formula& each : part.parts)
      if (each.kind != Kind::operation)
        factors.push_back(write(each));
      else if (with_signs)
        factors.push_back(each);
    if (!with_signs) return formula::product(std::move(factors));
    for (Formula& each : factors)
      if (each.kind != Kind::operation) each = formula::bracketed(std::move(each), Binding::applied);
    // What it means among other products is not plain: there it gets brackets.
    return formula::row(std::move(factors), Binding::big);
  }

  Formula multiplied(const Formula& a, const Formula& b) {
    const bool scalar_a = is_scalar(a);
    const bool scalar_b = is_scalar(b);
    if (!scalar_a && !scalar_b) return formula::hadamard(write(a), write(b));
    Formula first = write(scalar_a ? a : b);
    Formula second = write(scalar_a ? b : a);
    const bool number_second = second.kind == Kind::number && first.kind != Kind::number;
    if (scalar_a && scalar_b && number_second) std::swap(first, second);
    return formula::product({std::move(first), std::move(second)});
  }

  /// Σ and what it runs over, perhaps with factors before it.
  Formula with_big(const Formula& part) {
    Formula result = part;
    std::vector<Formula> parts;
    for (std::size_t i = 0; i < part.parts.size(); ++i) {
      Formula each = write(part.parts[i]);
      const bool last = i + 1 == part.parts.size();
      if (is_big(part.parts[i]) || (last && each.binding >= Binding::big))
        parts.push_back(std::move(each));
      else if (last || !formula::is_number(each, "1"))
        parts.push_back(formula::bracketed(std::move(each), Binding::product));
    }
    result.parts = std::move(parts);
    return result;
  }

  static bool is_big(const Formula& part) {
    return part.kind == Kind::big || (part.kind == Kind::scripts && part.parts[0].kind == Kind::big);
  }

  Formula scripts(const Formula& part) {
    Formula base = write(part.parts[0]);
    if (part.parts[2].empty()) return formula::scripts(std::move(base), write(part.parts[1]), {});
    if (part.parts[2] == formula::operation("⊤")) return formula::transposed(std::move(base));
    if (base.kind == Kind::function || base.kind == Kind::big)
      return formula::scripts(std::move(base), write(part.parts[1]), write(part.parts[2]));
    return formula::power(std::move(base), write(part.parts[2]));
  }

  Formula group(const Formula& part) {
    Formula inside = write(part.parts[0]);
    const bool round = part.text == "(";
    const bool again = round && inside.kind == Kind::group && inside.text == "(";
    return again ? inside : formula::group(part.text, std::move(inside), part.close);
  }

  std::optional<std::size_t> input_of(const Formula& letter) const {
    const auto found = std::ranges::find(form_.letters, letter);
    if (found == form_.letters.end()) return std::nullopt;
    return static_cast<std::size_t>(found - form_.letters.begin());
  }

  bool is_scalar(const Formula& part) const {
    const auto input = input_of(part);
    return input && inputs_[*input].scalar;
  }

  std::optional<Formula> letter(const Formula& part) {
    if (const auto input = input_of(part)) {
      const Formula& value = inputs_[*input].formula;
      return is_transposed(part) ? formula::transposed(value) : value;
    }
    for (const auto& [letter, number] : numbers_)
      if (letter == part) return number;
    if (part == formula::symbol("n") && find_attribute(attributes_, "axes") != nullptr)
      return elements_along(axes_, node_.inputs()[0]->shape());
    return std::nullopt;
  }

  bool is_transposed(const Formula& letter) const {
    if (letter.kind != Kind::symbol || letter.text.size() != 1) return false;
    const char lower = static_cast<char>(letter.text[0] | 0x20);
    const Attribute* attribute = find_attribute(attributes_, fmt::format("transpose_{}", lower));
    return attribute != nullptr && attribute->value == Attribute::Value(true);
  }

  /// The first letter that is no input is the first number among the attributes, and so on.
  void match_numbers() {
    std::vector<Formula> letters;
    collect_letters(form_.formula, letters);
    std::erase_if(letters, [&](const Formula& letter) { return input_of(letter).has_value(); });
    std::size_t at = 0;
    for (const Attribute& attribute : attributes_)
      if (const double* value = std::get_if<double>(&attribute.value);
          value != nullptr && at < letters.size())
        numbers_.emplace_back(letters[at++], formula::number_of(*value));
  }

  const Node& node_;
  Attributes attributes_;
  const Template& form_;
  const std::vector<WrittenInput>& inputs_;
  std::vector<std::size_t> axes_;
  std::vector<std::pair<Formula, Formula>> numbers_;
};

Formula called(const Node& node, const std::vector<WrittenInput>& inputs) {
  std::string name(node.op().name());
  std::ranges::replace(name, '_', ' ');
  std::vector<Formula> arguments;
  for (const WrittenInput& input : inputs) {
    if (!arguments.empty()) arguments.push_back(formula::operation(","));
    arguments.push_back(input.formula);
  }
  Formula list = formula::row(std::move(arguments), Binding::relation);
  return formula::row({formula::function(std::move(name)), formula::group("(", std::move(list), ")")},
                      Binding::applied);
}

bool is_adjoint_of_y(const Formula& formula) {
  return formula.kind == Kind::accent && formula.text == "bar" &&
         (formula.parts[0] == formula::symbol("y") || formula.parts[0] == formula::symbol("Y"));
}

}  // namespace

Formula written(const Node& node, const std::vector<WrittenInput>& inputs) {
  if (as<Accumulate>(node.op()) != nullptr) {
    std::vector<formula::Term> terms;
    for (const WrittenInput& input : inputs) terms.push_back({false, input.formula});
    return formula::sum(std::move(terms));
  }
  if (is_transparent(node)) return inputs[0].formula;
  const Template form = template_of(node.op(), inputs.size());
  return form.formula.empty() ? called(node, inputs) : Writer(node, form, inputs).run();
}

bool is_transparent(const Node& node) {
  const gradus::Kind kind = node.op().kind();
  if (node.inputs().size() != 1 || (kind != gradus::Kind::alias && kind != gradus::Kind::window))
    return false;
  const auto parsed = parse_formula(node.op().description().formula);
  return parsed && sentence(*parsed).front() == formula::symbol("x");
}

bool passes_back(const Node& node, std::size_t input) {
  const std::vector<Clause> all = clauses(node.op().description().derivative);
  if (all.empty()) return false;
  if (all.size() == 1) return is_adjoint_of_y(all[0].value) && !is_letter(all[0].target);
  return all.size() == node.inputs().size() && is_adjoint_of_y(all[input].value);
}

Formula derivative_for(const Op& op, std::size_t input, std::size_t inputs) {
  const std::vector<Clause> all = clauses(op.description().derivative);
  const bool one_each = inputs > 1 && all.size() == inputs &&
                        std::ranges::all_of(all, [](const Clause& c) { return is_letter(c.target); });
  if (!one_each) return formula_or_text(op.description().derivative);
  return formula::row({all[input].value, formula::text(" to "), all[input].target}, Binding::relation);
}

std::optional<Formula> definition(const Node& node) {
  if (node.inputs().empty() || is_transparent(node) || as<Accumulate>(node.op()) != nullptr)
    return std::nullopt;
  const Template form = template_of(node.op(), node.inputs().size());
  Formula formula = formula_or_text(node.op().description().formula);
  if (form.left_of_equals) return formula;
  if (!form.formula.empty()) return std::nullopt;
  std::string name(node.op().name());
  std::ranges::replace(name, '_', ' ');
  return formula::row({formula::name(std::move(name)), formula::text(": "), std::move(formula)},
                      Binding::relation);
}

}  // namespace gradus
