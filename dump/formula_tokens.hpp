#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// A word of the notation of formula.hpp.
struct FormulaToken {
  enum class Kind { letter, number, word, operation, open, close, bar, root, big, below, above, end };

  Kind kind = Kind::end;
  std::string text;     ///< of a raised or lowered run: in ordinary characters
  std::string accent;   ///< of a letter: bar, hat, tilde, dot, or none
  bool spaced = false;  ///< a blank stands before it
};

/// The words of a formula, with `end` behind them; nothing when a character means nothing here.
/// `letters`: every letter stands alone, as in an index (ij).
std::optional<std::vector<FormulaToken>> formula_tokens(std::string_view text, bool letters = false);

}  // namespace gradus
