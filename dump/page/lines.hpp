#pragma once

#include <gradus/graph/declare/graph.hpp>

#include <nlohmann/json_fwd.hpp>

namespace gradus::page {

/// The training step as a textbook writes it (see textbook.hpp): the lines of which the page draws its first
/// picture, each with the node whose value it is, its symbol and formula, and the nodes whose symbols stand
/// in the formula. Null for a graph without forward lines or with very many, or where more than one thing is
/// differentiated. In `training` what differs in inference is left out.
nlohmann::json lines(const Graph& graph, bool training);

}  // namespace gradus::page
