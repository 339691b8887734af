#pragma once

#include <gradus/dump/formula.hpp>
#include <gradus/graph/declare/node.hpp>

#include <map>
#include <optional>

namespace gradus {

/// An input of a node as it is to be written, and whether one number stands there for all elements.
struct WrittenInput {
  Formula formula;
  bool scalar;
};

/// Writes what nodes compute of their inputs, as one does by hand, from what their ops say about themselves.
/// Reads each op's description once.
class Notation {
 public:
  /// - The op's formula with the inputs put in for its letters, when each stands there once: "a + b", "A B",
  ///   "(1/n) Σ x over axes". Words behind it may only explain (after a comma) or name axes that stand below
  ///   a sum;
  /// - the left side of a formula with "=": "σ(x) = 1 / (1 + e⁻ˣ)";
  /// - x itself where the formula is x and words: "x under another shape";
  /// - else the op's name: softmax(x).
  ///
  /// Its attributes take part: `transpose_a` transposes A, `axes` go below a sum, and numbers stand for the
  /// letters that are no input. Sums over examples and n, the number of them, follow the batch axis.
  /// `along_last`: what sums over the last axis alone shows a bare Σ.
  Formula written(const Node& node, const std::vector<WrittenInput>& inputs, bool along_last = false) const;

  /// Is the node its input, as far as writing goes: another shape or layout, or repeated along new axes?
  bool is_transparent(const Node& node) const;

  /// The op's formula where `written` shows only its name or the left side, for a list of what these mean.
  std::optional<Formula> definition(const Node& node) const;

  /// An op's formula with the words that belong to it.
  const Formula& formula_of(const Description& description) const;

  /// The letters of an op's inputs, one each at least.
  std::vector<Formula> letters(const Op& op, std::size_t inputs) const;

  /// The letters of a node's formula that stand for numbers among its attributes, and these.
  std::vector<std::pair<Formula, Formula>> numbers(const Node& node) const;

  /// How an op's formula says it is written.
  struct Form {
    Formula formula;                                   ///< empty: by name
    std::vector<Formula> letters;                      ///< of the inputs
    std::vector<Formula> missing;                      ///< letters of inputs that the node does without
    std::vector<std::pair<Formula, Formula>> numbers;  ///< see numbers()
    bool left_of_equals = false;
  };

 private:
  Form form(const Node& node) const;

  mutable std::map<const Description*, Formula> formulas_;
  mutable std::map<const Description*, std::vector<Formula>> letters_;
};

/// The formula with the words that belong to it: "eˣ / Σ eˣ along the last axis".
std::string formula_in_words(const Description& description);

}  // namespace gradus
