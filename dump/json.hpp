#pragma once

#include <gradus/dump/annotations.hpp>
#include <gradus/graph/run/program.hpp>

#include <ostream>

namespace gradus {

/// What a JSON dump holds.
struct JsonOptions {
  Annotations numbers = {};
  Index full_size = 64;     ///< values of up to so many elements are written in full
  bool sources = true;      ///< the user's lines, which differ from one build to another
  Index picture_side = 16;  ///< larger ones as a picture of at most so many rows and columns
};

/// A graph with everything there is to know about it, in the format of docs/formats/graph-json.md, from which
/// another program can rebuild the picture. No "<" occurs in it, so that it may stand in an HTML page as it
/// is.
void write_json(std::ostream& out, const Graph& graph, const JsonOptions& options = {});

/// The same of a compiled program: its graph after all passes, and its plan.
template <class Scalar>
void write_json(std::ostream& out, const Program<Scalar>& program, const JsonOptions& options = {});

extern template void write_json(std::ostream&, const Program<float>&, const JsonOptions&);
extern template void write_json(std::ostream&, const Program<double>&, const JsonOptions&);

}  // namespace gradus
