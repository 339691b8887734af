#include <gradus/base/printable.hpp>
#include <gradus/base/utf8.hpp>
#include <gradus/dump/page/document.hpp>

#include <algorithm>
#include <cmath>

namespace gradus::page {

using nlohmann::json;

namespace {

// The page draws with the same measures: see web/drawing.js.
constexpr double letter = 8.0;        // of the label
constexpr double small_letter = 6.9;  // of the line below
constexpr double number_width = 62;
constexpr double number_height = 17;
constexpr double text_height = 42;
constexpr double grid_margin = 7;
constexpr Index most_numbers = 12;
constexpr Index most_rows = 4;

json round_all(const std::vector<Point2>& points) {
  json result = json::array();
  for (const Point2& point : points) {
    result.push_back(std::lround(point.x));
    result.push_back(std::lround(point.y));
  }
  return result;
}

}  // namespace

std::string box_label(const std::string& name) {
  const std::string whole = printable(name);
  const std::string last(last_part(whole));
  constexpr std::size_t most = 22;
  return display_width(last) <= most ? last : std::string(first_characters(last, most - 1)) + "…";
}

BoxSize box_size(const std::string& label, const std::string& below, const Shape& shape,
                 std::optional<Index> batch, bool with_gradient) {
  BoxSize size;
  if (batch) {
    const Extents extents = shape.at(*batch);
    const Index rows = extents.rank >= 2 ? extents.count(0, extents.rank - 1) : 1;
    const Index columns = extents.rank >= 1 ? extents[extents.rank - 1] : 1;
    if (rows <= most_rows && columns <= most_rows && rows * columns <= most_numbers) {
      size.rows = rows;
      size.columns = columns;
    }
  }
  const std::string shown = below + " " + to_string(shape);
  size.width = std::max({96.0, letter * static_cast<double>(display_width(label)) + 24,
                         small_letter * static_cast<double>(display_width(shown)) + 24,
                         number_width * static_cast<double>(size.columns) + 2 * grid_margin});
  size.height = text_height;
  if (size.rows > 0)
    size.height += (number_height * static_cast<double>(size.rows) + grid_margin) * (with_gradient ? 2 : 1);
  return size;
}

json drawing(const std::vector<Box>& nodes) {
  const Bands bands = arrange_in_bands(nodes);
  json cells = json::array();
  for (const Cell& cell : lay_out(nodes, bands)) {
    json boxes = json::array();
    for (const Cell::PlacedBox& box : cell.boxes) {
      const Box& node = nodes[box.node];
      boxes.push_back({box.node, std::lround(box.centre.x - node.width / 2),
                       std::lround(box.centre.y - node.height / 2), std::lround(node.width),
                       std::lround(node.height)});
    }
    json lines = json::array();
    for (const Cell::Line& line : cell.lines) lines.push_back({line.from, line.to, round_all(line.spline)});
    cells.push_back({{"band", cell.band},
                     {"section", to_string(cell.section)},
                     {"width", std::lround(cell.width)},
                     {"height", std::lround(cell.height)},
                     {"boxes", std::move(boxes)},
                     {"lines", std::move(lines)}});
  }
  return {{"bands", bands.names}, {"cells", std::move(cells)}};
}

}  // namespace gradus::page
