#include <gradus/base/printable.hpp>
#include <gradus/base/utf8.hpp>
#include <gradus/dump/formula_tree.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gradus {
namespace {

using Kind = Formula::Kind;
using Pair = std::pair<std::string_view, std::string_view>;

constexpr Pair letters[] = {{"α", "\\alpha"},
                            {"β", "\\beta"},
                            {"γ", "\\gamma"},
                            {"δ", "\\delta"},
                            {"ε", "\\varepsilon"},
                            {"ϵ", "\\epsilon"},
                            {"ζ", "\\zeta"},
                            {"η", "\\eta"},
                            {"θ", "\\theta"},
                            {"ι", "\\iota"},
                            {"κ", "\\kappa"},
                            {"λ", "\\lambda"},
                            {"μ", "\\mu"},
                            {"ν", "\\nu"},
                            {"ξ", "\\xi"},
                            {"ο", "o"},
                            {"π", "\\pi"},
                            {"ρ", "\\rho"},
                            {"ς", "\\varsigma"},
                            {"σ", "\\sigma"},
                            {"τ", "\\tau"},
                            {"υ", "\\upsilon"},
                            {"φ", "\\varphi"},
                            {"ϕ", "\\phi"},
                            {"χ", "\\chi"},
                            {"ψ", "\\psi"},
                            {"ω", "\\omega"},
                            {"Α", "A"},
                            {"Β", "B"},
                            {"Γ", "\\Gamma"},
                            {"Δ", "\\Delta"},
                            {"Ε", "E"},
                            {"Ζ", "Z"},
                            {"Η", "H"},
                            {"Θ", "\\Theta"},
                            {"Ι", "I"},
                            {"Κ", "K"},
                            {"Λ", "\\Lambda"},
                            {"Μ", "M"},
                            {"Ν", "N"},
                            {"Ξ", "\\Xi"},
                            {"Ο", "O"},
                            {"Π", "\\Pi"},
                            {"Ρ", "P"},
                            {"Σ", "\\Sigma"},
                            {"Τ", "T"},
                            {"Υ", "\\Upsilon"},
                            {"Φ", "\\Phi"},
                            {"Χ", "X"},
                            {"Ψ", "\\Psi"},
                            {"Ω", "\\Omega"},
                            {"∂", "\\partial"},
                            {"∇", "\\nabla"},
                            {"∞", "\\infty"},
                            {"ℓ", "\\ell"},
                            {"∅", "\\emptyset"},
                            {"ℝ", "\\mathbb{R}"},
                            {"𝟙", "\\mathbf{1}"},
                            {"…", "\\dots"},
                            {"⋯", "\\cdots"}};

constexpr Pair operations[] = {{"−", "-"},        {"±", "\\pm"},        {"·", "\\cdot"},  {"×", "\\times"},
                               {"⊙", "\\odot"},   {"⊗", "\\otimes"},    {"∗", "\\ast"},   {"⋆", "\\star"},
                               {"∘", "\\circ"},   {"←", "\\leftarrow"}, {"→", "\\to"},    {"↦", "\\mapsto"},
                               {"≤", "\\le"},     {"≥", "\\ge"},        {"≠", "\\ne"},    {"≈", "\\approx"},
                               {"∼", "\\sim"},    {"∈", "\\in"},        {"⊤", "\\top"},   {",", ","},
                               {";", ";"},        {"∑", "\\sum"},       {"∏", "\\prod"},  {"⌊", "\\lfloor"},
                               {"⌋", "\\rfloor"}, {"⌈", "\\lceil"},     {"⌉", "\\rceil"}, {"{", "\\{"},
                               {"}", "\\}"},      {"‖", "\\Vert"},      {"|", "\\vert"}};

constexpr std::string_view known_functions[] = {"ln",   "log",  "exp",  "sin", "cos", "tan",
                                                "tanh", "sinh", "cosh", "max", "min", "det"};

/// Signs of prose that the usual fonts have.
constexpr Pair prose[] = {{"\\", "$\\backslash$"},
                          {"{", "\\{"},
                          {"}", "\\}"},
                          {"$", "\\$"},
                          {"&", "\\&"},
                          {"#", "\\#"},
                          {"%", "\\%"},
                          {"_", "\\_"},
                          {"^", "\\^{}"},
                          {"~", "\\~{}"},
                          {"<", "$<$"},
                          {">", "$>$"},
                          {"|", "$\\vert$"},
                          {"\"", "''"},
                          {"'", "'"},
                          {"`", "`{}"},
                          {"’", "'"},
                          {"…", "\\dots{}"},
                          {"–", "--"},
                          {"—", "---"},
                          {"ä", "\\\"a"},
                          {"ö", "\\\"o"},
                          {"ü", "\\\"u"},
                          {"é", "\\'e"},
                          {"×", "$\\times$"},
                          {"−", "$-$"},
                          {"→", "$\\to$"},
                          {"·", "$\\cdot$"}};

template <std::size_t N>
std::string_view look_up(const Pair (&table)[N], std::string_view text) {
  const auto* const found = std::ranges::find(table, text, &Pair::first);
  return found == std::end(table) ? std::string_view() : found->second;
}

/// A sign as LaTeX's math mode has it; one it has not is text.
template <std::size_t N>
std::string sign(const Pair (&table)[N], std::string_view text) {
  if (const auto found = look_up(table, text); !found.empty()) return std::string(found);
  return text.size() == 1 ? std::string(text) : fmt::format("\\text{{{}}}", latex_text(text));
}

/// Upright names side by side would read as one word.
bool is_name(const Formula& formula) {
  const bool composed = formula.kind == Kind::scripts || formula.kind == Kind::accent;
  return composed ? is_name(formula.parts[0]) : formula.kind == Kind::name;
}

bool runs_together(const Formula& a, const Formula& b) {
  const auto is_factor = [](const Formula& f) {
    return f.kind != Kind::operation && f.kind != Kind::text && f.kind != Kind::function &&
           f.kind != Kind::group;
  };
  return (is_name(a) || is_name(b)) && is_factor(a) && is_factor(b);
}

/// A command and what follows it stay apart.
std::string joined(const std::vector<Formula>& parts) {
  std::string result;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) result += runs_together(parts[i - 1], parts[i]) ? " \\, " : " ";
    result += to_latex(parts[i]);
  }
  return result;
}

bool is_plain_word(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
}

std::string function(std::string_view name) {
  if (std::ranges::find(known_functions, name) != std::end(known_functions)) return fmt::format("\\{}", name);
  return is_plain_word(name) ? fmt::format("\\operatorname{{{}}}", name)
                             : fmt::format("\\mathop{{\\text{{{}}}}}", latex_text(name));
}

std::string scripts(const Formula& formula) {
  const Formula& base = formula.parts[0];
  std::string result = to_latex(base);
  const bool holds_scripts = base.kind == Kind::scripts || base.kind == Kind::fraction;
  if (holds_scripts) result = fmt::format("{{{}}}", result);
  if (!formula.parts[1].empty()) result += fmt::format("_{{{}}}", to_latex(formula.parts[1]));
  if (!formula.parts[2].empty()) result += fmt::format("^{{{}}}", to_latex(formula.parts[2]));
  return result;
}

std::string accent(const Formula& formula) {
  const Formula& base = formula.parts[0];
  const bool wide = base.kind != Kind::symbol;
  std::string_view command = formula.text;
  if (wide && command == "bar") command = "overline";
  if (wide && command == "hat") command = "widehat";
  if (wide && command == "tilde") command = "widetilde";
  return fmt::format("\\{}{{{}}}", command, to_latex(base));
}

std::string cases(const Formula& formula) {
  std::string result = "\\begin{cases} ";
  for (std::size_t i = 0; i + 1 < formula.parts.size(); i += 2) {
    const Formula& condition = formula.parts[i + 1];
    result += fmt::format("{}{} & {}", i == 0 ? "" : " \\\\ ", to_latex(formula.parts[i]),
                          condition.empty() ? "\\text{else}" : "\\text{where } " + to_latex(condition));
  }
  return result + " \\end{cases}";
}

/// \left and \right add space, so only where brackets have to grow.
std::string group(const Formula& formula) {
  const bool tall = formula::is_tall(formula.parts[0]);
  return fmt::format("{}{} {} {}{}", tall ? "\\left" : "", sign(operations, formula.text),
                     to_latex(formula.parts[0]), tall ? "\\right" : "", sign(operations, formula.close));
}

}  // namespace

std::string latex_text(std::string_view text) {
  std::string result;
  for (const char32_t c : characters_of(printable(text))) {
    const std::string character = to_utf8(c);
    if (const auto found = look_up(prose, character); !found.empty())
      result += found;
    else if (const auto letter = look_up(letters, character); !letter.empty())
      result += fmt::format("${}$", letter);
    else if (c < 0x80)
      result += character;
    else if (const auto operation = look_up(operations, character); !operation.empty())
      result += fmt::format("${}$", operation);
    else
      result += fmt::format("U+{:04X}", static_cast<std::uint32_t>(c));
  }
  return result;
}

std::string to_latex(const Formula& formula) {
  switch (formula.kind) {
    case Kind::text:
      return fmt::format("\\text{{{}}}", latex_text(formula.text));
    case Kind::number:
      return formula.text;
    case Kind::symbol:
      return sign(letters, formula.text);
    case Kind::function:
      return function(formula.text);
    case Kind::name:
      return is_plain_word(formula.text) ? fmt::format("\\mathrm{{{}}}", formula.text)
                                         : fmt::format("\\text{{{}}}", latex_text(formula.text));
    case Kind::operation:
    case Kind::big:
      return sign(operations, formula.text);
    case Kind::row:
      return joined(formula.parts);
    case Kind::fraction:
      return fmt::format("\\frac{{{}}}{{{}}}", to_latex(formula.parts[0]), to_latex(formula.parts[1]));
    case Kind::scripts:
      return scripts(formula);
    case Kind::accent:
      return accent(formula);
    case Kind::root:
      return fmt::format("\\sqrt{{{}}}", to_latex(formula.parts[0]));
    case Kind::group:
      return group(formula);
    case Kind::cases:
      return cases(formula);
  }
  return "";
}

}  // namespace gradus
