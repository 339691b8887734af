#pragma once

#include <gradus/dump/textbook.hpp>

#include <string_view>
#include <utility>

/// What textbook() asks of nodes and lines one by one.
namespace gradus {

/// Does each example become one row of a matrix?
bool flattens(const Node& node);

Formula flattened(const Formula& value);

/// What the signs mean that no op's description explains, each with a name to sort it by.
const std::pair<std::string_view, Formula>& what_flatten_does();
const std::pair<std::string_view, Formula>& what_a_star_does();

/// x̄, z̄₂.
Formula with_bar(const Formula& of);

/// Does a row of numbers become an image, under the same symbol? Numbers that are repeated along new axes do
/// not count.
bool reshapes(const Graph& graph, const std::vector<char>& needed);

/// By node, the symbol of its first line. Updates are left out: their lines may stand for many nodes.
std::map<const Node*, Formula> symbols_of(const Textbook& book);

/// Does n stand in a line?
bool counts_examples(const Textbook& book);

}  // namespace gradus
