#pragma once

#include <gradus/graph/declare/graph.hpp>

#include <vector>

namespace gradus {

/// How each derivative of a graph came together: Graph::adjoints, or, of a graph that the passes have
/// rewritten, what the origins of its backward nodes still say. There the answer of each VJP that is left
/// counts as the derivative of the input it was made for.
std::vector<Adjoint> backward_of(const Graph& graph);

}  // namespace gradus
