#pragma once

#include <gradus/dump/notation.hpp>
#include <gradus/graph/declare/expr.hpp>

#include <map>

namespace gradus {

/// What flows back through a node, as its op's VJP builds it of nodes named by the op's letters, y and ȳ
/// (Y and Ȳ where a letter is a capital). Between small letters a product is one of numbers, element by
/// element; capitals are matrices. A sum over the last axis has a bare Σ where the op works along that axis.
struct Derivative {
  std::vector<Formula> letters;  ///< of the inputs
  std::vector<Formula> to;       ///< what flows back to each: 0 for nothing, empty for an op that has none
  std::string_view remark;       ///< of the op

  /// Is it what flows back to the node itself?
  bool passes_on(std::size_t input) const;

  /// "Ȳ Bᵀ to A".
  Formula to_input(std::size_t input) const;

  /// "Ȳ Bᵀ to A, Aᵀ Ȳ to B"; empty for an op that has none or no input.
  Formula to_all() const;
};

Derivative derivative_of(const Node& node, const Notation& notation);

/// The factor that what flows back is multiplied by, for each input: the derivative with 1 for ȳ, `y` and
/// `letters` for y and the inputs.
std::vector<Formula> slopes_of(const Node& node, const Notation& notation,
                               const std::vector<Formula>& letters, const Formula& y);

/// An expression as one formula in what is known of nodes that it is made of. `scalar`: is a node one number,
/// or to be read as one?
using KnownNodes = std::map<const Node*, WrittenInput>;
Formula written_of(const Expr& e, KnownNodes& known, const Notation& notation, bool along_last = false);

}  // namespace gradus
