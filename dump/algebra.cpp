#include <gradus/dump/algebra.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gradus::formula {
namespace {

using Kind = Formula::Kind;
using Binding = Formula::Binding;

bool is_sign(const Formula& part, std::string_view sign) {
  return part.kind == Kind::operation && part.text == sign;
}

bool is_negative(const Formula& formula) {
  return formula.kind == Kind::row && formula.parts.size() == 2 && is_sign(formula.parts[0], "−");
}

bool is_row(const Formula& formula, Binding binding) {
  return formula.kind == Kind::row && formula.binding == binding;
}

bool is_hadamard(const Formula& formula) {
  return is_row(formula, Binding::big) && formula.parts.size() > 1 && is_sign(formula.parts[1], "⊙");
}

/// Σ and what it runs over.
bool is_big(const Formula& formula) {
  if (!is_row(formula, Binding::big)) return false;
  const Formula& sign = formula.parts[0];
  return sign.kind == Kind::big || (sign.kind == Kind::scripts && sign.parts[0].kind == Kind::big);
}

bool begins_with_number(const Formula& formula) {
  if (formula.kind == Kind::scripts || (formula.kind == Kind::row && !formula.empty()))
    return begins_with_number(formula.parts[0]);
  return formula.kind == Kind::number;
}

/// What ln x y would mean is not plain.
bool takes_what_follows(const Formula& formula) {
  return is_row(formula, Binding::applied) && formula.parts.back().kind != Kind::group;
}

/// Takes minus signs off; whether their number is odd.
bool take_sign(Formula& formula) {
  bool minus = false;
  while (is_negative(formula)) {
    Formula inside = std::move(formula.parts[1]);
    formula = std::move(inside);
    minus = !minus;
  }
  return minus;
}

std::vector<Term> terms_of(Formula row) {
  std::vector<Term> terms;
  bool minus = false;
  for (Formula& part : row.parts)
    if (is_sign(part, "+") || is_sign(part, "−"))
      minus = is_sign(part, "−");
    else
      terms.push_back({minus, std::move(part)});
  return terms;
}

void add_term(std::vector<Term>& terms, Term term) {
  if (take_sign(term.value)) term.minus = !term.minus;
  if (is_number(term.value, "0")) return;
  if (!is_row(term.value, Binding::sum)) return terms.push_back(std::move(term));
  std::vector<Term> inner = terms_of(std::move(term.value));
  // −(a − b) is b − a; a longer sum behind a minus keeps its brackets.
  if (term.minus && !(inner.size() == 2 && inner[1].minus && !inner[0].minus)) {
    terms.push_back({true, sum(std::move(inner))});
    return;
  }
  for (Term& each : inner) terms.push_back({each.minus != term.minus, std::move(each.value)});
}

/// W₁ of W₁ᵀ, which is written as one letter with two scripts; anything else as it is.
Formula without_exponent(const Formula& formula) {
  const bool has = formula.kind == Kind::scripts && !formula.parts[2].empty();
  return has ? scripts(formula.parts[0], formula.parts[1], {}) : formula;
}

}  // namespace

Formula number_of(double value) {
  if (std::isinf(value)) return value > 0 ? symbol("∞") : negative(symbol("∞"));
  if (value < 0) return negative(number_of(-value));
  std::string digits = fmt::format("{}", value);
  constexpr std::size_t longest = 8;
  if (digits.size() > longest) digits = fmt::format("{:.6g}", value);
  if (digits.ends_with(".0")) digits.resize(digits.size() - 2);
  const std::size_t e = digits.find('e');
  if (e == std::string::npos) return number(digits);
  const int exponent = std::stoi(digits.substr(e + 1));
  Formula ten = power(number("10"), number_of(exponent));
  const std::string mantissa = digits.substr(0, e);
  if (mantissa == "1") return ten;
  return row({number(mantissa), operation("·"), std::move(ten)}, Binding::product);
}

Formula sum(std::vector<Term> terms) {
  std::vector<Term> flat;
  for (Term& term : terms) add_term(flat, std::move(term));
  if (flat.empty()) return number("0");
  // A sum that begins with a plus is easier to read.
  const auto first = std::ranges::find(flat, false, &Term::minus);
  if (first != flat.end()) std::rotate(flat.begin(), first, first + 1);
  if (flat.size() == 1 && !flat[0].minus) return std::move(flat[0].value);
  std::vector<Formula> parts;
  for (Term& term : flat) {
    if (term.minus || !parts.empty()) parts.push_back(operation(term.minus ? "−" : "+"));
    parts.push_back(bracketed(std::move(term.value), Binding::big));
  }
  return row(std::move(parts), Binding::sum);
}

Formula negative(Formula value) { return sum({{true, std::move(value)}}); }

Formula product(std::vector<Formula> factors) {
  bool minus = false;
  std::vector<Formula> kept;
  for (Formula& factor : factors) {
    if (take_sign(factor)) minus = !minus;
    if (is_number(factor, "0")) return number("0");
    if (is_number(factor, "1")) continue;
    kept.push_back(std::move(factor));
  }
  if (kept.size() == 1) return minus ? negative(std::move(kept[0])) : std::move(kept[0]);
  std::vector<Formula> flat;
  // A Σ takes all that follows, so as the last factor it needs no brackets.
  const bool ends_in_big = !kept.empty() && is_big(kept.back());
  for (Formula& factor : kept) {
    if (ends_in_big && &factor == &kept.back()) {
      flat.push_back(std::move(factor));
    } else if (is_row(factor, Binding::product)) {
      for (Formula& part : factor.parts)
        if (!is_sign(part, "·")) flat.push_back(std::move(part));
    } else {
      flat.push_back(bracketed(std::move(factor), Binding::product));
    }
  }
  if (flat.empty()) flat.push_back(number("1"));
  std::ranges::stable_sort(flat, {}, [](const Formula& factor) { return factor.kind != Kind::number; });
  std::vector<Formula> parts;
  for (std::size_t i = 0; i < flat.size(); ++i) {
    const bool name_behind_number =
        flat[i].kind == Kind::name && !parts.empty() && parts.back().kind == Kind::number;
    if (!parts.empty() && (begins_with_number(flat[i]) || name_behind_number))
      parts.push_back(operation("·"));
    const bool last = i + 1 == flat.size();
    parts.push_back(takes_what_follows(flat[i]) && !last ? bracketed(std::move(flat[i]), Binding::atom)
                                                         : std::move(flat[i]));
  }
  Formula result = row(std::move(parts), ends_in_big ? Binding::big : Binding::product);
  return minus ? negative(std::move(result)) : result;
}

Formula hadamard(Formula a, Formula b) {
  if (is_number(a, "1")) return b;
  if (is_number(b, "1")) return a;
  const bool minus = take_sign(a) != take_sign(b);
  std::vector<Formula> parts;
  for (Formula* operand : {&a, &b}) {
    if (!parts.empty()) parts.push_back(operation("⊙"));
    if (is_hadamard(*operand))
      for (Formula& part : operand->parts) parts.push_back(std::move(part));
    else
      parts.push_back(bracketed(std::move(*operand), Binding::applied));
  }
  Formula result = row(std::move(parts), Binding::big);
  return minus ? negative(std::move(result)) : result;
}

Formula quotient(Formula above, Formula below) {
  if (is_number(below, "1")) return above;
  const bool minus = take_sign(above) != take_sign(below);
  std::vector<Formula> front;
  if (is_row(above, Binding::product) && above.parts[0].kind == Kind::fraction) {
    front.push_back(std::move(above.parts[0]));
    above.parts.erase(above.parts.begin());
    above = row(std::move(above.parts), Binding::product);
  }
  front.push_back(fraction(std::move(above), std::move(below)));
  Formula result = row(std::move(front), Binding::product);
  return minus ? negative(std::move(result)) : result;
}

Formula power(Formula base, Formula exponent) {
  const Formula e = symbol("e");
  const auto is_logarithm = [](const Formula& factor) {
    return is_row(factor, Binding::applied) && factor.parts[0] == function("ln");
  };
  if (base == e && is_row(exponent, Binding::product) && is_logarithm(exponent.parts.back())) {
    base = exponent.parts.back().parts[1];
    exponent.parts.pop_back();
    exponent = row(std::move(exponent.parts), Binding::product);
    if (exponent.kind == Kind::group) exponent = Formula(exponent.parts[0]);
  }
  const bool raised = base.kind == Kind::scripts && !base.parts[2].empty();
  const bool plain = base.binding == Binding::atom && base.kind != Kind::fraction && !raised;
  if (!plain) base = group("(", std::move(base), ")");
  if (base.kind == Kind::scripts) return scripts(base.parts[0], base.parts[1], std::move(exponent));
  return scripts(std::move(base), {}, std::move(exponent));
}

Formula transposed(Formula value) {
  const Formula sign = operation("⊤");
  if (value.kind == Kind::scripts && value.parts[2] == sign)
    return scripts(value.parts[0], value.parts[1], {});
  return power(std::move(value), sign);
}

bool is_number(const Formula& formula, std::string_view digits) {
  return formula.kind == Kind::number && formula.text == digits;
}

std::size_t leaves(const Formula& formula) {
  if (formula.parts.empty()) return formula.kind == Kind::operation || formula.empty() ? 0 : 1;
  std::size_t count = 0;
  for (const Formula& part : formula.parts) count += leaves(part);
  if (formula.kind != Kind::scripts) return count;
  // A symbol with its index is one, also with a number in brackets that tells it from another.
  const bool numbered = formula.parts[2].kind == Kind::group;
  return leaves(formula.parts[0]) + (numbered ? 0 : leaves(formula.parts[2]));
}

bool contains(const Formula& formula, const Formula& part) {
  return formula == part || without_exponent(formula) == part ||
         std::ranges::any_of(formula.parts, [&](const Formula& each) { return contains(each, part); });
}

bool mentions(const Formula& formula, const Formula& symbol) {
  if (formula == symbol || without_exponent(formula) == symbol) return true;
  if (formula.kind == Kind::accent && formula.text == "bar") return false;
  if (formula.kind == Kind::scripts && !formula.parts[1].empty()) return mentions(formula.parts[2], symbol);
  return std::ranges::any_of(formula.parts, [&](const Formula& part) { return mentions(part, symbol); });
}

Formula replaced(const Formula& formula, const Formula& part, const Formula& by) {
  if (formula == part) return by;
  if (without_exponent(formula) == part) return power(by, replaced(formula.parts[2], part, by));
  Formula result = formula;
  for (Formula& each : result.parts) each = replaced(each, part, by);
  return result;
}

}  // namespace gradus::formula
