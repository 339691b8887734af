#include <gradus/dump/algebra.hpp>
#include <gradus/dump/notation.hpp>
#include <gradus/graph/declare/core_ops.hpp>

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

/// The parts of a sentence: formulas and the prose between them.
std::vector<Formula> sentence(const Formula& formula) {
  const bool several = formula.kind == Kind::row && formula.binding == Binding::relation &&
                       std::ranges::any_of(formula.parts, [](auto& part) { return part.kind == Kind::text; });
  return several ? formula.parts : std::vector<Formula>{formula};
}

/// A letter, with its accent and its index; w̃ is a w that something was done to.
bool is_letter(const Formula& formula) {
  if (formula.kind == Kind::scripts) return formula.parts[2].empty() && is_letter(formula.parts[0]);
  if (formula.kind == Kind::accent) return formula.text != "tilde" && formula.parts[0].kind == Kind::symbol;
  return formula.kind == Kind::symbol;
}

/// The letters of a formula, each once, in their order; without e.
void collect_letters(const Formula& formula, std::vector<Formula>& letters) {
  static const Formula e = formula::symbol("e");
  if (is_letter(formula)) {
    if (formula != e && std::ranges::find(letters, formula) == letters.end()) letters.push_back(formula);
    return;
  }
  for (const Formula& part : formula.parts) collect_letters(part, letters);
}

/// How often a letter stands in a formula.
std::size_t count(const Formula& formula, const Formula& letter) {
  if (formula == letter) return 1;
  if (is_letter(formula)) return 0;
  std::size_t result = 0;
  for (const Formula& part : formula.parts) result += count(part, letter);
  return result;
}

const Attribute* find_attribute(const Attributes& attributes, std::string_view name) {
  const auto found = std::ranges::find(attributes, name, &Attribute::name);
  return found == attributes.end() ? nullptr : &*found;
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
  Writer(const Node& node, const Notation::Form& form, const std::vector<WrittenInput>& inputs,
         bool along_last)
      : node_(node), attributes_(node.op().attributes()), form_(form), inputs_(inputs) {
    if (node.inputs().empty()) return;
    const Shape& x = node.inputs()[0]->shape();
    axes_ = axes_of(attributes_, x);
    if (axes_.empty() && node.op().description().last_axis && x.rank() > 0) axes_ = {x.rank() - 1};
    is_said_ = along_last && axes_.size() == 1 && axes_[0] + 1 == x.rank();
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

  Formula below() const {
    return axes_.empty() || is_said_ ? Formula() : axes_below(axes_, node_.inputs()[0]->shape());
  }

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
    for (const auto& [letter, number] : form_.numbers)
      if (letter == part) return number;
    if (std::ranges::find(form_.missing, part) != form_.missing.end()) return formula::number("0");
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

  const Node& node_;
  Attributes attributes_;
  const Notation::Form& form_;
  const std::vector<WrittenInput>& inputs_;
  std::vector<std::size_t> axes_;
  bool is_said_ = false;  ///< along which axis is said elsewhere
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

}  // namespace

const Formula& Notation::formula_of(const Description& description) const {
  const auto [found, made] = formulas_.try_emplace(&description);
  if (made) found->second = formula_or_text(formula_in_words(description));
  return found->second;
}

std::vector<Formula> Notation::letters(const Op& op, std::size_t inputs) const {
  const auto [found, made] = letters_.try_emplace(&op.description());
  std::vector<Formula> result = found->second;
  if (made) {
    std::string_view rest = op.description().letters;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (auto letter = parse_formula(rest.substr(0, end)); letter && is_letter(*letter))
        result.push_back(std::move(*letter));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (result.empty()) result.push_back(formula::scripts(formula::symbol("x"), formula::symbol("i"), {}));
    found->second = result;
  }
  const Formula last = result.back();
  if (last.kind != Formula::Kind::scripts || last.parts[1] != formula::symbol("i")) return result;
  result.pop_back();
  while (result.size() < inputs)
    result.push_back(formula::scripts(last.parts[0], formula::number(std::to_string(result.size())), {}));
  return result;
}

std::vector<std::pair<Formula, Formula>> Notation::numbers(const Node& node) const {
  const std::vector<Formula> inputs = letters(node.op(), node.inputs().size());
  std::vector<Formula> others;
  collect_letters(sentence(formula_of(node.op().description())).front(), others);
  std::erase_if(others, [&](const Formula& each) { return std::ranges::find(inputs, each) != inputs.end(); });
  std::vector<std::pair<Formula, Formula>> result;
  for (const Attribute& attribute : node.op().attributes())
    if (const double* value = std::get_if<double>(&attribute.value);
        value != nullptr && result.size() < others.size())
      result.emplace_back(others[result.size()], formula::number_of(*value));
  return result;
}

Notation::Form Notation::form(const Node& node) const {
  const Op& op = node.op();
  const std::vector<Formula> parts = sentence(formula_of(op.description()));
  Formula first = parts.front();
  const bool equation = first.kind == Formula::Kind::row && first.binding == Binding::relation &&
                        first.parts.size() == 3 && first.parts[1] == formula::operation("=");
  if (equation) first = Formula(first.parts[0]);
  if (has_prose(first) || first.empty()) return {};
  const Attributes attributes = op.attributes();
  const bool along_axes = find_attribute(attributes, "axes") != nullptr;
  const Formula n = formula::symbol("n");
  // Words behind a formula belong to it ("max x over windows"), unless they name the axes that are written
  // below a sum, or a comma says that they only explain.
  const bool explained =
      parts.size() == 1 || parts[1].text.starts_with(',') || op.description().last_axis || along_axes;
  if (!explained || (!along_axes && count(first, n) > 0)) return {};
  Form result{first, {}, {}, numbers(node), equation};
  if (first == n) return result;
  result.letters = letters(op, node.inputs().size());
  while (result.letters.size() > node.inputs().size()) {
    result.missing.push_back(std::move(result.letters.back()));
    result.letters.pop_back();
  }
  const bool each_once = result.letters.size() == node.inputs().size() &&
                         std::ranges::all_of(result.letters, [&](auto& x) { return count(first, x) == 1; });
  return each_once ? result : Form();
}

Formula Notation::written(const Node& node, const std::vector<WrittenInput>& inputs, bool along_last) const {
  if (as<Accumulate>(node.op()) != nullptr) {
    std::vector<formula::Term> terms;
    for (const WrittenInput& input : inputs) terms.push_back({false, input.formula});
    return formula::sum(std::move(terms));
  }
  if (is_transparent(node)) return inputs[0].formula;
  const Form how = form(node);
  return how.formula.empty() ? called(node, inputs) : Writer(node, how, inputs, along_last).run();
}

bool Notation::is_transparent(const Node& node) const {
  const gradus::Kind kind = node.op().kind();
  if (node.inputs().size() != 1 || kind == gradus::Kind::elementwise || kind == gradus::Kind::effect)
    return false;
  return sentence(formula_of(node.op().description())).front() == letters(node.op(), 1).front();
}

std::optional<Formula> Notation::definition(const Node& node) const {
  if (node.inputs().empty() || is_transparent(node) || as<Accumulate>(node.op()) != nullptr)
    return std::nullopt;
  const Form how = form(node);
  if (how.left_of_equals) return formula_of(node.op().description());
  if (!how.formula.empty()) return std::nullopt;
  std::string name(node.op().name());
  std::ranges::replace(name, '_', ' ');
  return formula::row(
      {formula::name(std::move(name)), formula::text(": "), formula_of(node.op().description())},
      Binding::relation);
}

std::string formula_in_words(const Description& description) {
  return std::string(description.formula) + (description.last_axis ? " along the last axis" : "");
}

}  // namespace gradus
