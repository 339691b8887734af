#include <gradus/base/escape.hpp>
#include <gradus/base/printable.hpp>
#include <gradus/dump/formula_tree.hpp>

#include <fmt/format.h>

namespace gradus {
namespace {

using Kind = Formula::Kind;

std::string escaped(std::string_view text) { return html_escaped(printable(text)); }

/// MathML drops blanks at the ends of a text, so they are written as ones that stay.
std::string prose(std::string_view text) {
  const std::string blank = "\u00A0";
  const bool before = text.starts_with(' ');
  const bool after = text.size() > 1 && text.ends_with(' ');
  text = text.substr(before ? 1 : 0);
  if (after) text.remove_suffix(1);
  return fmt::format("<mtext>{}{}{}</mtext>", before ? blank : "", escaped(text), after ? blank : "");
}

std::string element(const Formula& formula);

constexpr std::string_view thin_space = R"(<mspace width="0.17em"></mspace>)";

/// What a formula begins with: the name of a function, where it is one.
Kind beginning(const Formula& formula) {
  const bool composed = formula.kind == Kind::scripts || (formula.kind == Kind::row && !formula.empty());
  return composed ? beginning(formula.parts[0]) : formula.kind;
}

/// Browsers leave no gap between an upright name and what stands beside it.
bool wants_gap(const Formula& before, const Formula& after) {
  if (beginning(before) == Kind::function && before.kind != Kind::row) return after.kind != Kind::group;
  return before.kind != Kind::operation && before.kind != Kind::text && beginning(after) == Kind::function;
}

std::string row(const Formula& formula) {
  std::string result = "<mrow>";
  for (std::size_t i = 0; i < formula.parts.size(); ++i) {
    if (i > 0 && wants_gap(formula.parts[i - 1], formula.parts[i])) result += thin_space;
    result += element(formula.parts[i]);
  }
  return result + "</mrow>";
}

std::string_view accent_sign(std::string_view name) {
  if (name == "bar") return "¯";
  if (name == "hat") return "^";
  if (name == "tilde") return "~";
  return "˙";
}

std::string accent(const Formula& formula) {
  const bool wide = formula.parts[0].kind != Kind::symbol;
  return fmt::format(R"(<mover accent="true">{}<mo stretchy="{}">{}</mo></mover>)", element(formula.parts[0]),
                     wide, accent_sign(formula.text));
}

std::string scripts(const Formula& formula) {
  const bool below = !formula.parts[1].empty();
  const bool above = !formula.parts[2].empty();
  const std::string_view tag = below && above ? "msubsup" : (below ? "msub" : "msup");
  return fmt::format("<{0}>{1}{2}{3}</{0}>", tag, element(formula.parts[0]),
                     below ? element(formula.parts[1]) : "", above ? element(formula.parts[2]) : "");
}

/// Greek capitals stand upright in print, but not in a browser unless told.
std::string symbol(std::string_view letter) {
  const bool greek_capital = letter >= "Α" && letter <= "Ω";
  return fmt::format("<mi{}>{}</mi>", greek_capital ? R"( mathvariant="normal")" : "", escaped(letter));
}

std::string operation(std::string_view sign) {
  if (sign == "⊤") return R"(<mi mathvariant="normal">⊤</mi>)";
  return fmt::format("<mo>{}</mo>", escaped(sign));
}

/// Browsers leave room around brackets that may grow, so these say whether they have to.
std::string bracket(std::string_view sign, std::string_view form, bool tall) {
  return fmt::format(R"(<mo form="{}" stretchy="{}" lspace="0em" rspace="0em">{}</mo>)", form, tall,
                     escaped(sign));
}

std::string group(const Formula& formula) {
  const bool tall = formula::is_tall(formula.parts[0]);
  return fmt::format("<mrow>{}{}{}</mrow>", bracket(formula.text, "prefix", tall), element(formula.parts[0]),
                     bracket(formula.close, "postfix", tall));
}

std::string cases(const Formula& formula) {
  std::string result = "<mrow>" + bracket("{", "prefix", true) + "<mtable>";
  for (std::size_t i = 0; i + 1 < formula.parts.size(); i += 2) {
    const Formula& condition = formula.parts[i + 1];
    const std::string where = condition.empty()
                                  ? prose("else")
                                  : fmt::format("<mrow>{}{}</mrow>", prose("where "), element(condition));
    result += fmt::format(
        R"(<mtr><mtd style="text-align: left">{}</mtd><mtd style="text-align: left">{}</mtd></mtr>)",
        element(formula.parts[i]), where);
  }
  return result + "</mtable></mrow>";
}

std::string element(const Formula& formula) {
  switch (formula.kind) {
    case Kind::text:
      return prose(formula.text);
    case Kind::number:
      return fmt::format("<mn>{}</mn>", escaped(formula.text));
    case Kind::symbol:
      return symbol(formula.text);
    case Kind::function:
    case Kind::name:
      return fmt::format(R"(<mi mathvariant="normal">{}</mi>)", escaped(formula.text));
    case Kind::operation:
      return operation(formula.text);
    case Kind::big:
      return fmt::format("<mo>{}</mo>", formula.text);
    case Kind::row:
      return row(formula);
    case Kind::fraction:
      return fmt::format("<mfrac>{}{}</mfrac>", element(formula.parts[0]), element(formula.parts[1]));
    case Kind::scripts:
      return scripts(formula);
    case Kind::accent:
      return accent(formula);
    case Kind::root:
      return fmt::format("<msqrt>{}</msqrt>", element(formula.parts[0]));
    case Kind::group:
      return group(formula);
    case Kind::cases:
      return cases(formula);
  }
  return "";
}

}  // namespace

std::string to_mathml(const Formula& formula, bool block) {
  return fmt::format("<math{}>{}</math>", block ? R"( display="block")" : "", element(formula));
}

}  // namespace gradus
