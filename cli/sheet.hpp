#pragma once

#include <gradus/base/png.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace gradus::cli {

/// A grey picture with what is written under it.
struct Tile {
  Raster picture;
  std::string label;
};

/// Pictures of one size in rows of so many, under a heading.
struct Grid {
  std::string heading;
  std::size_t columns = 1;
  std::vector<Tile> tiles;
};

/// The grids below one another as one PNG file, each pixel 2 × 2: pictures alone, no words.
std::string sheet_as_png(const std::vector<Grid>& grids);

/// The same with headings and labels, as an SVG file that holds every picture; legible on light and dark.
std::string sheet_as_svg(const std::vector<Grid>& grids, const std::string& title);

}  // namespace gradus::cli
