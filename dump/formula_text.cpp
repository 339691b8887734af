#include <gradus/base/printable.hpp>
#include <gradus/base/utf8.hpp>
#include <gradus/dump/formula.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

using Kind = Formula::Kind;

/// Text in raised or lowered characters; nothing where one has no such form.
std::string shifted(const std::string& text, std::u32string_view from, std::u32string_view to) {
  std::string result;
  for (const char32_t c : characters_of(text)) {
    const std::size_t at = from.find(c);
    if (at == std::u32string_view::npos) return "";
    result += to_utf8(to[at]);
  }
  return result;
}

std::string script(const Formula& formula, bool above) {
  if (formula.empty()) return "";
  if (formula.text == "⊤") return "ᵀ";
  std::string text = to_text(formula);
  const std::string small = above ? shifted(text, U"0123456789+−nx", U"⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿˣ")
                                  : shifted(text, U"0123456789+−ijkt", U"₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₜ");
  if (!small.empty()) return small;
  const bool bare = formula.kind == Kind::symbol || formula.kind == Kind::group;
  return fmt::format(fmt::runtime(bare ? "{}{}" : "{}({})"), above ? "^" : "_", text);
}

std::string accent(const Formula& formula) {
  const Formula& base = formula.parts[0];
  const bool one_letter =
      base.kind == Kind::symbol || (base.kind == Kind::accent && base.parts[0].kind == Kind::symbol);
  if (!one_letter) return fmt::format("{}({})", formula.text, to_text(base));
  const char* mark = formula.text == "bar" ? "\u0304" : (formula.text == "hat" ? "\u0302" : "\u0303");
  return to_text(base) + mark;
}

/// A fraction's halves keep their extent on one line.
std::string half(const Formula& formula, bool below) {
  const bool plain =
      formula.binding > Formula::Binding::product || (!below && formula.binding == Formula::Binding::product);
  return plain && formula.kind != Kind::fraction ? to_text(formula) : fmt::format("({})", to_text(formula));
}

bool is_sign(const Formula& formula) {
  return formula.kind == Kind::operation && (formula.text == "−" || formula.text == "+");
}

std::string row(const Formula& formula) {
  std::string text;
  for (std::size_t i = 0; i < formula.parts.size(); ++i) {
    const Formula& part = formula.parts[i];
    const bool applied = formula.binding == Formula::Binding::applied && part.kind == Kind::group;
    const bool comma = part.kind == Kind::operation && part.text == ",";
    const bool prose = part.kind == Kind::text || (i > 0 && formula.parts[i - 1].kind == Kind::text);
    const bool behind_sign = i == 1 && is_sign(formula.parts[0]);
    if (i > 0 && !applied && !comma && !prose && !behind_sign) text += ' ';
    text += to_text(part);
  }
  return text;
}

std::string cases(const Formula& formula) {
  std::string text;
  for (std::size_t i = 0; i + 1 < formula.parts.size(); i += 2) {
    if (i > 0) text += formula.parts[i + 1].empty() ? ", else " : ", ";
    text += to_text(formula.parts[i]);
    if (!formula.parts[i + 1].empty()) text += " where " + to_text(formula.parts[i + 1]);
  }
  return text;
}

}  // namespace

std::string to_text(const Formula& formula) {
  switch (formula.kind) {
    case Kind::text:
    case Kind::number:
    case Kind::symbol:
    case Kind::function:
    case Kind::name:
    case Kind::operation:
      return printable(formula.text);
    case Kind::big:
      return formula.text == "∑" ? "Σ" : "Π";
    case Kind::row:
      return row(formula);
    case Kind::fraction:
      return half(formula.parts[0], false) + " / " + half(formula.parts[1], true);
    case Kind::scripts:
      return to_text(formula.parts[0]) + script(formula.parts[1], false) + script(formula.parts[2], true);
    case Kind::accent:
      return accent(formula);
    case Kind::root:
      return formula.parts[0].kind == Kind::symbol ? "√" + to_text(formula.parts[0])
                                                   : fmt::format("√({})", to_text(formula.parts[0]));
    case Kind::group:
      return formula.text + to_text(formula.parts[0]) + formula.close;
    case Kind::cases:
      return cases(formula);
  }
  return "";
}

}  // namespace gradus
