#include <gradus/base/utf8.hpp>
#include <gradus/dump/formula_tokens.hpp>

#include <algorithm>
#include <utility>

namespace gradus {
namespace {

using Kind = FormulaToken::Kind;

/// Signs of one character with the character they stand for.
using Table = std::u32string_view;

constexpr Table raised = U"⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵀᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵅᵝᵞ";
constexpr Table raised_plain = U"0123456789+−=()Tabcdefghijklmnoprstuvwxyzαβγ";
constexpr Table lowered = U"₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧ";
constexpr Table lowered_plain = U"0123456789+−=()aehijklmnoprstuvxβγ";
static_assert(raised.size() == raised_plain.size() && lowered.size() == lowered_plain.size());

constexpr Table operations = U"+−-±·×⊙∗⋆∘/=←→↦≤≥<>≠≈∼∈,;:.…⋯⊤";
constexpr Table lone_letters = U"∂∇∞ℓ∅ℝ𝟙";

/// Letters that carry their accent.
struct Accented {
  std::string_view accent;
  Table letters;
  Table plain;
};
constexpr Accented accented[] = {{"bar", U"āēīōūȳĀĒĪŌŪȲ", U"aeiouyAEIOUY"},
                                 {"hat", U"âĉêĝĥîĵôŝûŵŷẑÂĈÊĜĤÎĴÔŜÛŴŶẐ", U"aceghijosuwyzACEGHIJOSUWYZ"},
                                 {"tilde", U"ãñõṽỹÃÑÕṼỸ", U"anovyANOVY"},
                                 {"dot", U"ȧḃċḋėḟġḣṁṅȯṗṙṡṫẇẋẏż", U"abcdefghmnoprstwxyz"}};
constexpr Table combining = U"\u0304\u0305\u0302\u0303\u0307";
constexpr std::string_view combining_accents[] = {"bar", "bar", "hat", "tilde", "dot"};

char32_t translated(char32_t c, Table from, Table to) {
  const std::size_t at = from.find(c);
  return at == Table::npos ? 0 : to[at];
}

bool is_latin(char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); }
bool is_greek(char32_t c) { return (c >= U'Α' && c <= U'ω') || c == U'ϕ' || c == U'ϵ'; }
bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }
bool is_blank(char32_t c) { return c == U' ' || c == U'\u00A0'; }

class Tokeniser {
 public:
  Tokeniser(std::string_view text, bool letters) : text_(characters_of(text)), letters_(letters) {}

  std::optional<std::vector<FormulaToken>> run() {
    while (at_ < text_.size()) {
      if (is_blank(text_[at_])) {
        spaced_ = true;
        ++at_;
      } else if (!next()) {
        return std::nullopt;
      }
    }
    add(Kind::end, "");
    return std::move(tokens_);
  }

 private:
  bool next() {
    const char32_t c = text_[at_];
    if (is_latin(c)) return latin();
    if (is_digit(c)) return number();
    if (translated(c, raised, raised_plain) != 0) return run_of(Kind::above, raised, raised_plain);
    if (translated(c, lowered, lowered_plain) != 0) return run_of(Kind::below, lowered, lowered_plain);
    for (const Accented& table : accented)
      if (const char32_t plain = translated(c, table.letters, table.plain); plain != 0)
        return letter(plain, table.accent);
    if (c == U'Σ' || c == U'∑' || c == U'Π' || c == U'∏')
      return single(Kind::big, c == U'Σ' || c == U'∑' ? U'∑' : U'∏');
    if (is_greek(c) || lone_letters.find(c) != Table::npos) return letter(c, "");
    if (c == U'√') return single(Kind::root, c);
    if (c == U'|' || c == U'‖') return single(Kind::bar, c);
    if (Table(U"([{⌊⌈").find(c) != Table::npos) return single(Kind::open, c);
    if (Table(U")]}⌋⌉").find(c) != Table::npos) return single(Kind::close, c);
    if (c == U'*') return single(Kind::operation, U'·');
    if (c == U'-') return single(Kind::operation, U'−');
    if (operations.find(c) != Table::npos) return single(Kind::operation, c);
    return false;
  }

  bool single(Kind kind, char32_t c) {
    ++at_;
    add(kind, to_utf8(c));
    return true;
  }

  /// A letter alone, or a word: letters, with a hyphen or an apostrophe between or before them.
  bool latin() {
    std::size_t end = at_ + 1;
    const auto joins = [&](std::size_t i) {
      if (i >= text_.size()) return false;
      if (is_latin(text_[i])) return true;
      const bool glue = text_[i] == U'-' || text_[i] == U'\'' || text_[i] == U'’' || text_[i] == U'_';
      return glue && i + 1 < text_.size() && is_latin(text_[i + 1]) && is_latin(text_[i - 1]);
    };
    while (!letters_ && joins(end)) ++end;
    if (end == at_ + 1) return letter(text_[at_], "");
    std::string word;
    for (; at_ < end; ++at_) word += to_utf8(text_[at_]);
    add(Kind::word, std::move(word));
    return true;
  }

  bool letter(char32_t plain, std::string_view accent) {
    ++at_;
    if (at_ < text_.size())
      if (const std::size_t mark = combining.find(text_[at_]); mark != Table::npos) {
        accent = combining_accents[mark];
        ++at_;
      }
    add(Kind::letter, to_utf8(plain));
    tokens_.back().accent = accent;
    digits_below();
    possessive();
    return true;
  }

  /// x0 is x with the index 0.
  void digits_below() {
    if (letters_) return;
    std::string digits;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) digits += to_utf8(text_[at_]);
    if (!digits.empty()) add(Kind::below, std::move(digits));
  }

  /// "x's", with an index or without: prose behind a symbol.
  bool possessive() {
    if (at_ + 1 >= text_.size() || (text_[at_] != U'\'' && text_[at_] != U'’') || text_[at_ + 1] != U's')
      return false;
    at_ += 2;
    add(Kind::word, "’s");
    return true;
  }

  bool number() {
    std::string digits;
    const auto take = [&] { digits += to_utf8(text_[at_++]); };
    const auto at = [&](std::size_t i) { return i < text_.size() ? text_[i] : U' '; };
    while (is_digit(at(at_))) take();
    if (at(at_) == U'.' && is_digit(at(at_ + 1))) {
      take();
      while (is_digit(at(at_))) take();
    }
    add(Kind::number, std::move(digits));
    return true;
  }

  bool run_of(Kind kind, Table from, Table to) {
    std::string plain;
    for (; at_ < text_.size(); ++at_) {
      const char32_t c = translated(text_[at_], from, to);
      if (c == 0) break;
      plain += to_utf8(c);
    }
    add(kind, std::move(plain));
    possessive();
    return true;
  }

  void add(Kind kind, std::string text) {
    tokens_.push_back({kind, std::move(text), "", spaced_});
    spaced_ = false;
  }

  std::u32string text_;
  bool letters_;
  std::size_t at_ = 0;
  bool spaced_ = false;
  std::vector<FormulaToken> tokens_;
};

}  // namespace

std::optional<std::vector<FormulaToken>> formula_tokens(std::string_view text, bool letters) {
  return Tokeniser(text, letters).run();
}

}  // namespace gradus
