#pragma once

#include <gradus/dump/annotations.hpp>
#include <gradus/graph/declare/graph.hpp>

#include <ostream>
#include <string>

namespace gradus {

/// What a picture shows.
struct DotOptions {
  Annotations numbers = {};
  bool shapes = true;  ///< on the edges; a scalar's is left out
  bool updates_whole =
      false;  ///< each node of the update; else a box for each variable's, one for the settings
  std::string rule = "update";  ///< the update rule's name, for these boxes
};

/// A graph in the language of Graphviz: `dot -Tsvg` draws it.
///
/// A scope is a box, so a layer is one. Forward, backward and update are blue, orange and green, three of the
/// colours of Okabe and Ito (2008) that everybody tells apart; a derivative says which VJP made it. Inputs
/// and variables have shapes of their own, the sum of what flows back from several uses is a circle, and a
/// dashed edge leads from an assignment to the variable it changes. The update of a parameter is one box,
/// "weight ← adam", and the rule's settings are another.
void write_dot(std::ostream& out, const Graph& graph, const DotOptions& options = {});

}  // namespace gradus
