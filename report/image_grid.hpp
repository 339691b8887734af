#pragma once

#include <gradus/base/png.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace gradus {

/// A picture, grey or with colours and opacity, and what is written under it.
struct LabelledImage {
  Raster picture;
  std::string label;
};

/// Pictures of one size in rows of so many, under a heading.
struct ImageGrid {
  std::string heading;
  std::size_t columns = 1;
  std::vector<LabelledImage> images;
};

/// The grids, which have pictures of one kind, below one another as one PNG file, each pixel 2 × 2: pictures
/// alone, no words.
std::string contact_sheet_png(const std::vector<ImageGrid>& grids);

/// The same with headings and labels, of grey pictures; gnuplot draws the words. Throws FileError where it is
/// not installed or fails.
std::string labelled_sheet_png(const std::vector<ImageGrid>& grids);

/// The same as an SVG file that holds every picture; legible on light and dark.
std::string contact_sheet_svg(const std::vector<ImageGrid>& grids, const std::string& title);

}  // namespace gradus
