#pragma once

#include <gradus/dump/page/bands.hpp>

namespace gradus::page {

struct Point2 {
  double x = 0;
  double y = 0;
};

/// One band's part of one section, laid out by Graphviz; all in pixels, y downwards, from its upper left
/// corner.
struct Cell {
  struct PlacedBox {
    std::size_t node = 0;
    Point2 centre;
  };
  struct Line {
    std::size_t from = 0;
    std::size_t to = 0;
    std::vector<Point2> spline;  ///< a first point, then three for each Bézier curve
  };
  std::size_t band = 0;
  Section section = Section::forward;
  double width = 0;
  double height = 0;
  std::vector<PlacedBox> boxes;
  std::vector<Line> lines;
};

/// Lays out every band's forward, backward and update part with Graphviz, forward and update from top to
/// bottom, backward from bottom to top, as the gradients flow. Throws FileError, naming the package, where
/// Graphviz is missing.
std::vector<Cell> lay_out(const std::vector<Box>& nodes, const Bands& bands);

}  // namespace gradus::page
