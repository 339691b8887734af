#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// A piece of mathematics as a tree: what the text of a Description says, and what derivations are written
/// with.
struct Formula {
  enum class Kind {
    text,       ///< prose between formulas; blanks count
    number,     ///< digits
    symbol,     ///< one letter, slanted
    function,   ///< an upright name that something follows: ln, softmax
    name,       ///< an upright name of a value: hidden1/weight
    operation,  ///< + − = ← , …
    big,        ///< ∑ or ∏, written before what it runs over
    row,        ///< parts one beside the other
    fraction,   ///< part 0 over part 1
    scripts,    ///< part 0 with part 1 below and part 2 above at its right; an empty row for none
    accent,     ///< part 0 under a bar, hat, tilde or dot, named by `text`
    root,       ///< the square root of part 0
    group,      ///< part 0 between `text` and `close`
    cases       ///< part 0 where part 1, part 2 where part 3 …; an empty last row means "else"
  };

  /// How tightly the outermost operation binds, which decides where brackets are needed.
  enum class Binding { relation, sum, big, product, applied, atom };

  Kind kind = Kind::row;
  std::string text;
  std::string close;
  std::vector<Formula> parts;
  Binding binding = Binding::atom;

  bool empty() const { return kind == Kind::row && parts.empty(); }
  friend bool operator==(const Formula&, const Formula&) = default;
};

/// Reads the mathematics of a Description: "w ← w − η m̂ / (√ŝ + ε)". The notation:
///
/// - single letters are symbols, with accents (ȳ, m̂), digits behind them (x0), and raised or lowered
///   characters (xᵖ⁻¹, μₜ₊₁, Bᵀ);
/// - what stands side by side is multiplied; a / b c is (a / b) c, and a b / c is (a b) / c;
/// - ln, exp, sin, max … take the factor that follows, every other word or letter what stands in brackets
///   right behind it: σ(x);
/// - Σ and Π take the product that follows, √ the factor;
/// - "a where x > 0, else b" distinguishes cases; any other words are prose, and a comma separates.
///
/// Nothing when the text cannot be read so: a bracket without its other half, an operator without operand, a
/// character that means nothing here.
std::optional<Formula> parse_formula(std::string_view text);

/// parse_formula, or the text as it stands where that fails.
Formula formula_or_text(std::string_view text);

/// For LaTeX's math mode, with amsmath. Compiles with pdflatex whatever the text was.
std::string to_latex(const Formula& formula);

/// An element <math>, for MathML Core as browsers draw it; escaped whatever the text was.
std::string to_mathml(const Formula& formula, bool block = false);

/// On one line of a terminal: "W̄₂ = a₁ᵀ z̄₂".
std::string to_text(const Formula& formula);

/// Text for LaTeX, outside of math mode: what LaTeX would take for a command is escaped, a character it has
/// no sign for is named (U+1F600).
std::string latex_text(std::string_view text);

}  // namespace gradus
