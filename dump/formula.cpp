#include <gradus/dump/formula.hpp>
#include <gradus/dump/formula_tokens.hpp>
#include <gradus/dump/formula_tree.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace gradus {
namespace {

using Token = FormulaToken;
using Kind = Formula::Kind;
using Binding = Formula::Binding;

constexpr std::array functions{"ln",   "log",  "exp", "sin", "cos", "tan", "tanh",
                               "sinh", "cosh", "erf", "max", "min", "sign"};
constexpr std::array connectives{"where", "else", "to",    "along", "over", "and",   "or",
                                 "if",    "of",   "is",    "for",   "at",   "with",  "by",
                                 "as",    "in",   "times", "when",  "from", "under", "between"};

/// Thrown inside of the parser for a text that cannot be read; caught by parse_formula.
struct Unreadable {};

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Formula whole() {
    Formula result = list();
    if (now().kind != Token::Kind::end) throw Unreadable{};
    return result;
  }

 private:
  const Token& now() const { return tokens_[at_]; }
  const Token& after() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  bool is(std::string_view operation) const {
    return now().kind == Token::Kind::operation && now().text == operation;
  }
  template <std::size_t N>
  bool is_one_of(const std::array<const char*, N>& operations) const {
    return std::ranges::any_of(operations, [&](const char* o) { return is(o); });
  }
  Token take() { return tokens_[at_++]; }

  bool calls_a_function() const {
    return std::ranges::find(functions, now().text) != functions.end() ||
           (after().kind == Token::Kind::open && after().text == "(" && !after().spaced);
  }

  /// A word that is no function, and "a" before a noun.
  bool at_prose() const {
    if (now().kind == Token::Kind::word) return !calls_a_function();
    return now().kind == Token::Kind::letter && now().text == "a" && now().accent.empty() &&
           after().kind == Token::Kind::word && after().spaced &&
           std::ranges::find(connectives, after().text) == connectives.end();
  }

  bool at_factor() const {
    switch (now().kind) {
      case Token::Kind::letter:
      case Token::Kind::word:
        return !at_prose();
      case Token::Kind::number:
      case Token::Kind::open:
      case Token::Kind::root:
      case Token::Kind::big:
        return true;
      case Token::Kind::bar:
        return bars_ == 0;
      case Token::Kind::operation:
        return now().text == "…" || now().text == "⋯";
      default:
        return false;
    }
  }

  static constexpr std::array separators{",", ";", ":", "."};
  static constexpr std::array relations{"=", "←", "→", "↦", "≤", "≥", "<", ">", "≠", "≈", "∼", "∈"};
  static constexpr std::array signs{"+", "−", "±"};
  static constexpr std::array products{"·", "×", "⊙", "∗", "⋆", "∘"};

  /// What `read` makes of the next tokens, one at least, so that whoever reads pieces comes to an end.
  template <class Read>
  Formula piece(const Read& read) {
    const std::size_t before = at_;
    Formula result = read();
    if (at_ == before) throw Unreadable{};
    return result;
  }

  /// Relations, prose and separators in turn, up to a closing bracket or the end.
  Formula list() {
    std::vector<Formula> parts;
    while (true) {
      if (now().kind == Token::Kind::end || now().kind == Token::Kind::close || at_closing_bar()) break;
      parts.push_back(piece([&] {
        if (at_prose() || (depth_ == 0 && is_one_of(separators))) return prose(parts.empty());
        return is_one_of(separators) ? formula::operation(take().text) : relation_or_cases();
      }));
    }
    if (parts.size() == 1) return std::move(parts.front());
    return formula::row(std::move(parts), Binding::relation);
  }

  bool at_closing_bar() const { return now().kind == Token::Kind::bar && bars_ > 0; }

  /// Words, and outside of brackets the commas between formulas. The first in a place begins without a blank.
  Formula prose(bool first) {
    std::string text;
    while (at_prose() || (depth_ == 0 && is_one_of(separators) && !else_next())) {
      if (now().spaced && !(first && text.empty())) text += ' ';
      text += take().text;
    }
    if (now().spaced && now().kind != Token::Kind::end && !is_one_of(relations)) text += ' ';
    return formula::text(std::move(text));
  }

  bool at_word(std::string_view word) const { return now().kind == Token::Kind::word && now().text == word; }

  bool else_next() const { return is(",") && after().text == "else" && cases_ > 0; }

  /// Is there an ", else" ahead, outside of brackets that open before it?
  bool else_ahead() const {
    int depth = 0;
    for (std::size_t i = at_; i + 1 < tokens_.size(); ++i) {
      if (tokens_[i].kind == Token::Kind::open) ++depth;
      if (tokens_[i].kind == Token::Kind::close && --depth < 0) return false;
      if (depth == 0 && tokens_[i].text == "," && tokens_[i + 1].text == "else") return true;
    }
    return false;
  }

  /// "a where x > 0, else b".
  Formula relation_or_cases() {
    Formula value = relation();
    if (!at_word("where") || !else_ahead()) return value;
    Formula cases;
    cases.kind = Kind::cases;
    cases.parts.push_back(std::move(value));
    while (at_word("where")) {
      take();
      std::vector<Formula> condition;
      ++cases_;
      while (!else_next()) {
        if (now().kind == Token::Kind::end) throw Unreadable{};
        condition.push_back(piece(
            [&] { return at_prose() || is_one_of(separators) ? prose(condition.empty()) : relation(); }));
      }
      --cases_;
      at_ += 2;
      cases.parts.push_back(formula::row(std::move(condition), Binding::relation));
      cases.parts.push_back(relation());
      if (!at_word("where") || !else_ahead()) break;
    }
    if (cases.parts.size() % 2 == 1) cases.parts.emplace_back();
    return cases;
  }

  /// A relation may begin or end with prose: "the largest whole number ≤ x".
  Formula relation() {
    std::vector<Formula> parts;
    if (!is_one_of(relations)) parts.push_back(sum());
    while (is_one_of(relations)) {
      parts.push_back(formula::operation(take().text));
      if (!at_prose()) parts.push_back(sum());
    }
    if (parts.size() == 1) return std::move(parts.front());
    return formula::row(std::move(parts), Binding::relation);
  }

  Formula sum() {
    std::vector<Formula> parts;
    if (is_one_of(signs)) parts.push_back(formula::operation(take().text));
    parts.push_back(product());
    while (is_one_of(signs)) {
      parts.push_back(formula::operation(take().text));
      parts.push_back(product());
    }
    if (parts.size() == 1) return std::move(parts.front());
    return formula::row(std::move(parts), Binding::sum);
  }

  Formula product() {
    if (!at_factor()) throw Unreadable{};
    std::vector<Formula> parts;
    Binding binding = Binding::product;
    while (true) {
      if (at_factor()) {
        if (now().kind == Token::Kind::big) binding = Binding::big;
        parts.push_back(formula::without_brackets_of_a_fraction(factor()));
      } else if (is("/") && !parts.empty()) {
        take();
        if (!at_factor()) throw Unreadable{};
        Formula above = formula::row(std::move(parts), Binding::product);
        Formula below = factor();
        parts.assign(1, formula::fraction(std::move(above), std::move(below)));
        binding = Binding::product;
      } else if (is_one_of(products)) {
        parts.push_back(formula::operation(take().text));
        if (!at_factor()) throw Unreadable{};
      } else {
        break;
      }
    }
    return formula::row(std::move(parts), binding);
  }

  Formula factor() {
    constexpr int deepest = 64;
    if (depth_ == deepest) throw Unreadable{};
    ++depth_;
    Formula result = factor_of(take());
    --depth_;
    return result;
  }

  Formula factor_of(const Token& token) {
    switch (token.kind) {
      case Token::Kind::number:
        return scripted(formula::number(token.text));
      case Token::Kind::operation:
        return formula::symbol(token.text);
      case Token::Kind::letter:
        return symbol(token);
      case Token::Kind::word:
        return call(token);
      case Token::Kind::open:
        return scripted(group(token.text));
      case Token::Kind::bar:
        return scripted(bars(token.text));
      case Token::Kind::root:
        if (!at_factor()) throw Unreadable{};
        return formula::root(factor());
      case Token::Kind::big:
        return big(token);
      default:
        throw Unreadable{};
    }
  }

  /// A letter, with what stands in brackets right behind it: σ(x).
  Formula symbol(const Token& token) {
    Formula letter = formula::symbol(token.text);
    if (!token.accent.empty()) letter = formula::accent(token.accent, std::move(letter));
    letter = scripted(std::move(letter));
    if (now().kind != Token::Kind::open || now().spaced || now().text == "{") return letter;
    const Token open = take();
    return formula::row({std::move(letter), group(open.text)}, Binding::applied);
  }

  Formula call(const Token& token) {
    Formula name = scripted(formula::function(token.text));
    if (!at_factor()) return name;
    Formula argument = now().kind == Token::Kind::open ? group(take().text) : factor();
    return formula::row({std::move(name), std::move(argument)}, Binding::applied);
  }

  Formula big(const Token& token) {
    Formula sign = scripted(formula::big(token.text));
    // Without anything behind it a capital letter: 1 − Πₜ.
    if (!at_factor()) {
      Formula& letter = sign.kind == Kind::scripts ? sign.parts[0] : sign;
      letter = formula::symbol(token.text == "∑" ? "Σ" : "Π");
      return sign;
    }
    return formula::row({std::move(sign), product()}, Binding::big);
  }

  /// [a, b) is a bracket too.
  Formula group(const std::string& open) {
    const int bars = std::exchange(bars_, 0);
    Formula inside = list();
    bars_ = bars;
    if (now().kind != Token::Kind::close) throw Unreadable{};
    return formula::group(open, std::move(inside), take().text);
  }

  Formula bars(const std::string& bar) {
    ++bars_;
    Formula inside = sum();
    --bars_;
    if (now().kind != Token::Kind::bar || now().text != bar) throw Unreadable{};
    take();
    return formula::group(bar, std::move(inside), bar);
  }

  static Formula script(const std::string& text) {
    if (text == "T") return formula::operation("⊤");
    const auto tokens = formula_tokens(text, true);
    if (!tokens) throw Unreadable{};
    return Parser(*tokens).whole();
  }

  Formula scripted(Formula base) {
    Formula below;
    Formula above;
    while (now().kind == Token::Kind::below || now().kind == Token::Kind::above)
      if (Formula& place = now().kind == Token::Kind::below ? below : above; place.empty())
        place = script(take().text);
      else
        throw Unreadable{};
    return formula::scripts(std::move(base), std::move(below), std::move(above));
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int bars_ = 0;
  int depth_ = 0;
  int cases_ = 0;
};

}  // namespace

std::optional<Formula> parse_formula(std::string_view text) {
  const auto tokens = formula_tokens(text);
  if (!tokens) return std::nullopt;
  try {
    return Parser(*tokens).whole();
  } catch (const Unreadable&) {
    return std::nullopt;
  }
}

Formula formula_or_text(std::string_view text) {
  if (auto parsed = parse_formula(text)) return std::move(*parsed);
  return formula::text(std::string(text));
}

}  // namespace gradus
