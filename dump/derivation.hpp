#pragma once

#include <gradus/dump/annotations.hpp>
#include <gradus/graph/declare/graph.hpp>

#include <ostream>
#include <string>

namespace gradus {

/// How a derivation is written.
struct DerivationOptions {
  bool standalone = false;           ///< LaTeX: a whole document, that pdflatex takes as it is
  std::string title = "Derivation";  ///< of the document
  Annotations numbers{};             ///< of a run, and checks: a table of what each symbol is
};

/// A graph as the lines of a textbook (see textbook.hpp), for LaTeX: what is given, the forward pass, the
/// backward pass with the rule used for each term, the update; each line with its shape.
/// A part for another document needs amsmath, amssymb, array, graphicx and longtable there.
/// Compiles whatever names the graph has; a line wider than the page is made smaller to fit.
void write_latex(std::ostream& out, const Graph& graph, const DerivationOptions& options = {});

/// The same as Markdown with formulas between dollar signs, as GitHub, GitLab and Jupyter draw them.
void write_markdown(std::ostream& out, const Graph& graph, const DerivationOptions& options = {});

}  // namespace gradus
