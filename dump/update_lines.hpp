#pragma once

#include <gradus/dump/symbols.hpp>
#include <gradus/dump/textbook.hpp>

#include <optional>

namespace gradus {

/// The symbol of each parameter's derivatives.
using GradientNames = std::vector<std::pair<const Node*, Formula>>;

/// The update of a training step as lines, in the order in which one may carry them out by hand: an
/// assignment stands behind all that reads the old value, else the new value gets a symbol (v⁺) until the
/// end.
class UpdateLines {
 public:
  UpdateLines(const Graph& graph, Symbols& symbols);

  /// The line of a value that is assigned and perhaps read by others, and how these write it. Nothing when it
  /// is not assigned, or nobody else reads it and assign() may write the line.
  std::optional<Formula> stored(const Node& value, const Formula& formula, bool read_by_others);

  /// The line of an assignment, unless it has been written.
  void assign(const Node& assignment, const Formula& value);

  /// A gradient put together of parts: g_W.
  Formula gradient(const Node& node, const Node& parameter, Formula formula);

  /// What is used more than once.
  Formula temporary(const Node& node, Formula formula);

  /// The lines; those that are the same for several parameters but for their names, once, with θ for each.
  std::vector<TextbookLine> grouped(const GradientNames& gradients);

  /// The parameter that the node is or belongs to; null for none.
  const Node* parameter_of(const Node& node) const;

 private:
  struct Owned {
    TextbookLine line;
    const Node* parameter;  ///< whose update it is; null for none
  };

  bool may_overwrite(const Node& variable, const Node& value, const Node& assignment) const;
  void add(Formula left, bool assigns, Formula value, const Node& node, const Node* parameter);
  std::vector<TextbookLine> grouped_run(std::vector<Owned> run, const GradientNames& gradients) const;

  const Graph& graph_;
  Symbols& symbols_;
  std::unordered_map<const Node*, const Node*> assignment_of_;  ///< by value
  std::unordered_map<const Node*, std::vector<const Node*>> readers_;
  std::set<const Node*> written_;
  std::vector<Owned> lines_;
  std::vector<Owned> last_;
};

}  // namespace gradus
