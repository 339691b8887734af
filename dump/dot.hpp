#pragma once

#include <gradus/dump/annotations.hpp>
#include <gradus/graph/declare/graph.hpp>

#include <ostream>

namespace gradus {

/// What a picture shows.
struct DotOptions {
  Annotations numbers = {};
  bool shapes = true;  ///< on the edges; a scalar's is left out
};

/// A graph in the language of Graphviz: `dot -Tsvg` draws it.
///
/// A scope is a box, so a layer is one. Forward, backward and update are blue, orange and green, three of the
/// colours of Okabe and Ito (2008) that everybody tells apart; a derivative says which VJP made it. Inputs
/// and variables have shapes of their own, the sum of what flows back from several uses is a circle, and a
/// dashed edge leads from an assignment to the variable it changes.
void write_dot(std::ostream& out, const Graph& graph, const DotOptions& options = {});

}  // namespace gradus
