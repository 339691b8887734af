#pragma once

#include <gradus/inspect/recording.hpp>
#include <gradus/inspect/statistics.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

/// An input whose rows are pictures, and how many pixels high and wide they are.
struct PageImage {
  Expr input;
  Index rows = 0;
  Index columns = 0;
};

}  // namespace gradus

namespace gradus::page {

/// Numbers as coloured squares, one character each: 63 levels from −scale to scale, 0-9, A-Z, a-z and -; a
/// blank for what is not finite.
struct Squares {
  Index rows = 0;
  Index columns = 0;
  Index count = 1;  ///< pictures, one after the other
  double scale = 0;
  std::string levels;
};

/// What the page keeps of one node's value in one run.
struct ValueSummary {
  Statistics statistics;
  Histogram histogram;
  std::vector<double> numbers;     ///< all of a small value
  std::optional<Squares> picture;  ///< of a value that is not small
  std::optional<Squares> images;   ///< of what find_pixels() finds
  std::vector<double> tracked;     ///< the elements that are followed from step to step
};

/// What the page keeps of one run.
struct Snapshot {
  Index batch = 1;
  std::int64_t step = 0;
  std::map<std::size_t, ValueSummary> nodes;  ///< those that were computed
};

/// The largest value that is kept in full.
inline constexpr Index small = 64;

/// The pixels a node's value is made of, where it can be looked at as pictures.
struct Pixels {
  Index rows = 0;
  Index columns = 0;
  bool by_column = false;  ///< a picture is a column (the templates of a weight matrix), not a row
};

/// Which elements of large parameters are followed from step to step, by the parameter's and the gradient's
/// node.
using TrackedElements = std::map<std::size_t, std::vector<Index>>;

/// Up to six elements of every parameter that is not small: those with the largest gradients.
TrackedElements choose_tracked(const Graph& graph, const Recording& recording);

/// For each node that can be looked at as pictures: images, weights that multiply them, the planes of
/// (batch, channel, row, column) and of kernels, and their gradients.
std::map<std::size_t, Pixels> find_pixels(const Graph& graph, const std::vector<PageImage>& images);

Snapshot snapshot(const Graph& graph, const Recording& recording, const std::map<std::size_t, Pixels>& pixels,
                  const TrackedElements& tracked);

}  // namespace gradus::page
