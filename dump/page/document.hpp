#pragma once

#include <gradus/dump/notation.hpp>
#include <gradus/dump/page/layout.hpp>
#include <gradus/dump/page/page.hpp>
#include <gradus/dump/page/rules.hpp>

#include <nlohmann/json.hpp>

namespace gradus::page {

/// A drawing: boxes with their bands, and where Graphviz put them.
nlohmann::json drawing(const std::vector<Box>& nodes);

/// The size of a node's box, with its numbers where there are any and they are few.
struct BoxSize {
  double width = 0;
  double height = 0;
  Index rows = 0;  ///< of numbers; 0 where they are too many to stand in a box
  Index columns = 0;
};
BoxSize box_size(const std::string& label, const std::string& below, const Shape& shape,
                 std::optional<Index> batch, bool with_gradient);

/// What stands in a box: the last part of a name, at most 24 characters of it.
std::string box_label(const std::string& name);

/// Every op that is used once, with its formulas, attributes and the place of its rule; nodes refer to it by
/// its place. `back`: what flows back to each input; `slopes`: the same with 1 for ȳ, and with {0}, {1} … and
/// {y} for numbers.
class OpTable {
 public:
  std::size_t index(const Node& node);
  nlohmann::json take() { return std::move(ops_); }
  const std::vector<std::string>& rules() const { return rules_.scripts(); }

 private:
  Notation notation_;
  RuleTable rules_;
  std::map<std::string, std::size_t> places_;
  nlohmann::json ops_ = nlohmann::json::array();
};

/// The nodes as they were declared. `boxes` are those of the graph, which get their sizes.
nlohmann::json nodes(const Graph& graph, std::optional<Index> batch, std::vector<Box>& boxes, OpTable& ops);

/// The training step as it was declared: nodes, adjoints, order, drawing.
nlohmann::json declared(const Graph& graph, std::optional<Index> batch, OpTable& ops);

/// What the compiler's passes make of the graph, one after the other: the nodes of all of them, laid out
/// together so that they stay where they are.
nlohmann::json passes(const Graph& graph, const Exprs& outputs, OpTable& ops);

/// How much of the recorded runs is kept.
struct Detail {
  int level = 0;  ///< 0 keeps everything; each one more leaves something out
  static constexpr int least = 5;
};
nlohmann::json runs(const Graph& graph, const std::vector<Snapshot>& snapshots, Detail detail);

}  // namespace gradus::page
