#pragma once

#include <gradus/dump/formula.hpp>
#include <gradus/graph/declare/graph.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

/// A term of a line and where it comes from.
struct TextbookTerm {
  Formula value;
  std::string rule;           ///< the op whose VJP made it; empty for none
  Formula derivative;         ///< that op's derivative, see derivative.hpp
  const Node* use = nullptr;  ///< the node whose VJP made it
};

/// One line: left = term + term + …, or left ← term.
struct TextbookLine {
  Formula left;
  bool assigns = false;
  std::vector<TextbookTerm> terms;
  Shape shape;
  const Node* node = nullptr;       ///< whose value the line is
  const Node* of = nullptr;         ///< for a derivative: by which node
  std::vector<Formula> parameters;  ///< θ of an update line stands for each of these; empty for none
  /// The right side as the rules of the passes stabilise and simplify leave it, in symbols of lines before,
  /// where that is shorter than the right side in the same symbols: (1/n)(p − t).
  std::optional<Formula> shorter = {};
  std::vector<const Rule*> shortened_by = {};  ///< the rules that made it so
  bool folded = false;                         ///< nobody reads it where the shorter forms are read
};

/// A value that is given: fed, kept by the state, or written into the graph.
struct TextbookSymbol {
  Formula symbol;
  const Node* node;
  std::vector<Formula> parameters;  ///< θ stands for each of these; empty for none
};

/// The derivative of one root, in the order of reverse mode.
struct TextbookBackward {
  Formula root;
  std::vector<TextbookLine> lines;
};

/// A graph as a textbook writes it.
struct Textbook {
  std::vector<TextbookSymbol> given;
  std::vector<TextbookLine> forward;
  std::vector<TextbookBackward> backward;
  std::vector<TextbookLine> update;
  std::map<const Node*, Formula> symbols;  ///< of each node that has one, also of those that θ stands for
  std::vector<Formula> definitions;        ///< what the names of functions mean
  bool counts_examples = false;            ///< n stands somewhere
  bool reshapes = false;                   ///< a value is read in two shapes, under one symbol
};

/// Reads a graph as lines: every node that is used for itself has one, and what a node computes from it in
/// small steps (a broadcast, what one VJP is made of) is written into the line. The forward part leaves out
/// what no derivative and no update needs.
///
/// Derivatives come from Graph::adjoints, one line for each value with a symbol, x̄ for the first root and
/// ∂R/∂x for others, with a term for each use. A graph rewritten by passes, which has no adjoints, shows its
/// backward nodes by their origins instead, and no shorter forms.
Textbook textbook(const Graph& graph);

}  // namespace gradus
