#pragma once

#include <gradus/dump/notation.hpp>
#include <gradus/dump/textbook.hpp>

#include <map>

namespace gradus {

/// Writes beside each derivative of the book what the compiler's rules make of it (TextbookLine::shorter),
/// and marks the lines that nobody reads then. `scalar`: by node, one number, perhaps repeated.
/// `definitions` gets what the new formulas' functions mean. A graph that the rules cannot be used on stays
/// as it is.
void write_shorter_forms(Textbook& book, const Graph& graph, const std::vector<char>& scalar,
                         const Notation& notation, std::map<std::string_view, Formula>& definitions);

}  // namespace gradus
