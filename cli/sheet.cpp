#include <gradus/base/escape.hpp>
#include <gradus/cli/sheet.hpp>
#include <gradus/report/html.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus::cli {
namespace {

std::size_t rows_of(const Grid& grid) { return (grid.tiles.size() + grid.columns - 1) / grid.columns; }

constexpr const char* style = R"(<style>
  .page { fill: #ffffff } text { fill: #1f2328; font-family: sans-serif }
  .heading { font-size: 15px; font-weight: bold } .label { font-size: 11px; text-anchor: middle }
  image { image-rendering: pixelated }
  @media (prefers-color-scheme: dark) { .page { fill: #15181c } text { fill: #e6e8eb } }
</style>
)";

}  // namespace

std::string sheet_as_png(const std::vector<Grid>& grids) {
  constexpr std::size_t zoom = 2, gap = 4, between_grids = 20;
  constexpr std::uint8_t paper = 255;
  Raster sheet;
  for (const Grid& grid : grids) {
    const Raster& first = grid.tiles.front().picture;
    sheet.width = std::max(sheet.width, grid.columns * (first.width * zoom + gap) + gap);
    sheet.height += rows_of(grid) * (first.height * zoom + gap) + gap;
  }
  sheet.height += (grids.size() - 1) * between_grids;
  sheet.pixels.assign(sheet.width * sheet.height, paper);
  std::size_t top = gap;
  for (const Grid& grid : grids) {
    const Raster& first = grid.tiles.front().picture;
    for (std::size_t i = 0; i < grid.tiles.size(); ++i) {
      const std::size_t y = top + i / grid.columns * (first.height * zoom + gap);
      const std::size_t x = gap + i % grid.columns * (first.width * zoom + gap);
      for (std::size_t row = 0; row < first.height * zoom; ++row)
        for (std::size_t col = 0; col < first.width * zoom; ++col)
          sheet.at(y + row, x + col) = grid.tiles[i].picture.at(row / zoom, col / zoom);
    }
    top += rows_of(grid) * (first.height * zoom + gap) + gap + between_grids;
  }
  return encode_png(sheet);
}

std::string sheet_as_svg(const std::vector<Grid>& grids, const std::string& title) {
  // Labels need room, however small the images are.
  constexpr std::size_t zoom = 2, margin = 16, heading = 30, label = 16, gap = 8, narrowest = 72,
                        widest_letter = 9;
  std::size_t width = 0, height = margin;
  std::string body;
  for (const Grid& grid : grids) {
    const Raster& first = grid.tiles.front().picture;
    const std::size_t w = first.width * zoom, h = first.height * zoom;
    const std::size_t cell = std::max(w, narrowest) + gap;
    body += fmt::format("<text class=\"heading\" x=\"{}\" y=\"{}\">{}</text>\n", margin, height + 14,
                        html_escaped(grid.heading));
    width = std::max(width, 2 * margin + widest_letter * grid.heading.size());
    height += heading;
    for (std::size_t i = 0; i < grid.tiles.size(); ++i) {
      const std::size_t x = margin + i % grid.columns * cell + (cell - gap - w) / 2;
      const std::size_t y = height + i / grid.columns * (h + label + gap);
      body += fmt::format("<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" href=\"{}\"/>\n", x, y, w, h,
                          png_data_uri(encode_png(grid.tiles[i].picture)));
      body += fmt::format("<text class=\"label\" x=\"{}\" y=\"{}\">{}</text>\n", x + w / 2, y + h + 12,
                          html_escaped(grid.tiles[i].label));
    }
    width = std::max(width, 2 * margin + grid.columns * cell - gap);
    height += rows_of(grid) * (h + label + gap) + margin;
  }
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n"
      "<title>{2}</title>\n{3}<rect class=\"page\" width=\"{0}\" height=\"{1}\"/>\n{4}</svg>\n",
      width, height, html_escaped(title), style, body);
}

}  // namespace gradus::cli
