#pragma once

#include <gradus/dump/annotations.hpp>
#include <gradus/graph/declare/graph.hpp>
#include <gradus/graph/run/program.hpp>

#include <ostream>
#include <string>

namespace gradus {

/// How a text dump looks.
struct TextOptions {
  bool colour = false;  ///< headings, and what a pass added and took out, in colours, for a terminal
  Annotations numbers = {};
  Section from = Section::forward;  ///< sections of a graph before this one are left out
  std::size_t width = 0;  ///< characters of a line at most, as far as cells can be broken; 0 for any
};

/// A graph, one line a node, aligned: its number, name, what it computes of which nodes, its shape and, for a
/// backward node, which node's VJP for which input made it. Forward, backward and update stand in sections of
/// their own. Where that is wider than `width` allows, the VJP stands on a line below, and cells go on there.
/// With values, a column of them behind the shapes; with checks, a table of gradients and
/// differences.
void write_text(std::ostream& out, const Graph& graph, const TextOptions& options = {});

/// A compiled program: its stages in the order they run, where each value is kept (its offset in bytes, or
/// "tile" where it never leaves one), from which stage to which, and the bytes with and without sharing.
template <class Scalar>
void write_text(std::ostream& out, const Program<Scalar>& program, const TextOptions& options = {});

/// What a node computes: "matmul(h, output/weight; transpose_b)".
std::string computation(const Node& node);

extern template void write_text(std::ostream&, const Program<float>&, const TextOptions&);
extern template void write_text(std::ostream&, const Program<double>&, const TextOptions&);

}  // namespace gradus
