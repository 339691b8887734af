#pragma once

#include <cstdint>
#include <vector>

namespace gradus::data {

/// A point of a box one wide and one high; y points down.
struct Point {
  double x = 0;
  double y = 0;
};

/// A way to write a digit: points, and strokes as indices of the points a pen passes through. A corner is a
/// point where one stroke ends and another begins.
struct Glyph {
  std::vector<Point> points;
  std::vector<std::vector<std::uint8_t>> strokes;
};

/// The ways people write the digit 0 … 9.
const std::vector<Glyph>& glyphs(int digit);

}  // namespace gradus::data
