#pragma once

#include <gradus/graph/graph.hpp>
#include <gradus/graph/program.hpp>

#include <ostream>

namespace gradus {

/// How a text dump looks.
struct TextOptions {
  bool colour = false;  ///< sections and derivations in colours, for a terminal
};

/// A graph, one line a node, aligned: its number, name, what it computes of which nodes, its shape and, for a
/// backward node, which node's VJP for which input made it. Forward, backward and update stand in sections of
/// their own.
void write_text(std::ostream& out, const Graph& graph, const TextOptions& options = {});

/// A compiled program: its stages in the order they run, where each value is kept (its offset in bytes, or
/// "tile" where it never leaves one), from which stage to which, and the bytes with and without sharing.
template <class Scalar>
void write_text(std::ostream& out, const Program<Scalar>& program, const TextOptions& options = {});

extern template void write_text(std::ostream&, const Program<float>&, const TextOptions&);
extern template void write_text(std::ostream&, const Program<double>&, const TextOptions&);

}  // namespace gradus
