#include <gradus/dump/clauses.hpp>

#include <algorithm>

namespace gradus {

std::vector<Formula> sentence(const Formula& formula) {
  const bool several =
      formula.kind == Formula::Kind::row && formula.binding == Formula::Binding::relation &&
      std::ranges::any_of(formula.parts, [](const Formula& p) { return p.kind == Formula::Kind::text; });
  return several ? formula.parts : std::vector<Formula>{formula};
}

std::vector<Clause> clauses(std::string_view derivative) {
  std::vector<Clause> result;
  const auto parsed = parse_formula(derivative);
  if (!parsed) return result;
  for (const Formula& part : sentence(*parsed)) {
    if (part.kind == Formula::Kind::text) {
      if (result.empty()) return {};
      result.back().words += part.text;
    } else if (!result.empty() && result.back().words.ends_with(" to ")) {
      result.back().target = part;
    } else {
      result.push_back({part, "", {}});
    }
  }
  return result;
}

bool is_letter(const Formula& formula) {
  if (formula.kind == Formula::Kind::scripts) return formula.parts[2].empty() && is_letter(formula.parts[0]);
  if (formula.kind == Formula::Kind::accent) return formula.parts[0].kind == Formula::Kind::symbol;
  return formula.kind == Formula::Kind::symbol;
}

void collect_letters(const Formula& formula, std::vector<Formula>& letters) {
  static const Formula e = formula::symbol("e");
  if (is_letter(formula)) {
    if (formula != e && std::ranges::find(letters, formula) == letters.end()) letters.push_back(formula);
    return;
  }
  for (const Formula& part : formula.parts) collect_letters(part, letters);
}

std::size_t count(const Formula& formula, const Formula& letter) {
  if (formula == letter) return 1;
  if (is_letter(formula)) return 0;
  std::size_t result = 0;
  for (const Formula& part : formula.parts) result += count(part, letter);
  return result;
}

}  // namespace gradus
