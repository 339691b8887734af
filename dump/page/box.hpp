#pragma once

#include <gradus/graph/declare/graph.hpp>

#include <optional>
#include <string>
#include <vector>

namespace gradus::page {

/// What the page draws as one box: a node of the graph, or of all that the passes made of it.
struct Box {
  std::string name;
  Section section = Section::forward;
  std::string of;                       ///< the node it was made for: see Origin
  std::optional<std::size_t> beside{};  ///< a node before it that it belongs to, where its name does not tell
  std::vector<std::size_t> inputs;      ///< by number
  bool source = false;                  ///< a value from outside: an input, a variable, a constant
  double width = 0;                     ///< in pixels, as height
  double height = 0;
};

/// The box of a node, without its inputs and not sized yet.
Box box_of(const Node& node);

/// The nodes of a graph, by their ids, not sized yet.
std::vector<Box> boxes_of(const Graph& graph);

/// Every node once, inputs first; among those that could come next forward before backward before update,
/// then the one made first. So a step can be gone through in the order that is taught.
std::vector<std::size_t> teaching_order(const std::vector<Box>& nodes);

}  // namespace gradus::page
