#include <gradus/dump/formula_tree.hpp>

#include <algorithm>

namespace gradus::formula {
namespace {

using Kind = Formula::Kind;
using Binding = Formula::Binding;

Formula leaf(Kind kind, std::string text) {
  Formula formula;
  formula.kind = kind;
  formula.text = std::move(text);
  return formula;
}

Formula with_parts(Kind kind, std::vector<Formula> parts) {
  Formula formula;
  formula.kind = kind;
  formula.parts = std::move(parts);
  return formula;
}

bool in_round_brackets(const Formula& formula) { return formula.kind == Kind::group && formula.text == "("; }

Formula without_brackets(Formula formula) {
  if (!in_round_brackets(formula)) return formula;
  Formula inside = std::move(formula.parts[0]);
  return inside;
}

}  // namespace

Formula text(std::string text) { return leaf(Kind::text, std::move(text)); }
Formula number(std::string digits) { return leaf(Kind::number, std::move(digits)); }
Formula symbol(std::string letter) { return leaf(Kind::symbol, std::move(letter)); }
Formula function(std::string name) { return leaf(Kind::function, std::move(name)); }
Formula name(std::string name) { return leaf(Kind::name, std::move(name)); }
Formula operation(std::string sign) { return leaf(Kind::operation, std::move(sign)); }
Formula big(std::string sign) { return leaf(Kind::big, std::move(sign)); }

Formula accent(std::string name, Formula base) {
  Formula formula = with_parts(Kind::accent, {std::move(base)});
  formula.text = std::move(name);
  return formula;
}

Formula root(Formula inside) { return with_parts(Kind::root, {without_brackets(std::move(inside))}); }

Formula group(std::string open, Formula inside, std::string close) {
  Formula formula = with_parts(Kind::group, {std::move(inside)});
  formula.text = std::move(open);
  formula.close = std::move(close);
  return formula;
}

Formula row(std::vector<Formula> parts, Binding binding) {
  if (parts.size() == 1) return std::move(parts.front());
  Formula formula = with_parts(Kind::row, std::move(parts));
  formula.binding = binding;
  return formula;
}

Formula fraction(Formula above, Formula below) {
  return with_parts(Kind::fraction, {without_brackets(std::move(above)), without_brackets(std::move(below))});
}

Formula scripts(Formula base, Formula below, Formula above) {
  if (below.empty() && above.empty()) return base;
  return with_parts(Kind::scripts, {std::move(base), std::move(below), std::move(above)});
}

Formula without_brackets_of_a_fraction(Formula factor) {
  if (!in_round_brackets(factor) || factor.parts[0].kind != Kind::fraction) return factor;
  return without_brackets(std::move(factor));
}

Formula bracketed(Formula formula, Binding least) {
  if (formula.binding >= least) return formula;
  return group("(", std::move(formula), ")");
}

bool is_tall(const Formula& formula) {
  if (formula.kind == Kind::fraction || formula.kind == Kind::cases || formula.kind == Kind::root ||
      formula.kind == Kind::big)
    return true;
  return std::ranges::any_of(formula.parts, is_tall);
}

}  // namespace gradus::formula
