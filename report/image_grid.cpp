#include <gradus/base/escape.hpp>
#include <gradus/base/utf8.hpp>
#include <gradus/report/image_grid.hpp>
#include <gradus/report/palette.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

constexpr std::size_t zoom = 2;

std::size_t rows_of(const ImageGrid& grid) { return (grid.images.size() + grid.columns - 1) / grid.columns; }

std::string style() {
  return fmt::format(
      "<style>.page{{fill:{}}}text{{fill:{};font-family:sans-serif}}.heading{{font-size:15px;font-weight:"
      "bold}}"
      ".label{{font-size:11px;text-anchor:middle}}image{{image-rendering:pixelated}}"
      "@media (prefers-color-scheme:dark){{.page{{fill:{}}}text{{fill:{}}}}}</style>",
      paper.light, ink.light, paper.dark, ink.dark);
}

}  // namespace

std::string contact_sheet_png(const std::vector<ImageGrid>& grids) {
  constexpr std::size_t gap = 4, between_grids = 20;
  Raster sheet;
  for (const ImageGrid& grid : grids) {
    const Raster& first = grid.images.front().picture;
    sheet.channels = first.channels;
    sheet.width = std::max(sheet.width, grid.columns * (first.width * zoom + gap) + gap);
    sheet.height += rows_of(grid) * (first.height * zoom + gap) + gap;
  }
  sheet.height += (grids.size() - 1) * between_grids;
  // White, or nothing where the pictures let through what they lie on.
  sheet.pixels.assign(sheet.width * sheet.height * sheet.channels, sheet.channels == 1 ? 255 : 0);
  std::size_t top = gap;
  for (const ImageGrid& grid : grids) {
    const Raster& first = grid.images.front().picture;
    for (std::size_t i = 0; i < grid.images.size(); ++i) {
      const std::size_t y = top + i / grid.columns * (first.height * zoom + gap);
      const std::size_t x = gap + i % grid.columns * (first.width * zoom + gap);
      for (std::size_t row = 0; row < first.height * zoom; ++row)
        for (std::size_t col = 0; col < first.width * zoom; ++col)
          std::copy_n(&grid.images[i].picture.at(row / zoom, col / zoom), sheet.channels,
                      &sheet.at(y + row, x + col));
    }
    top += rows_of(grid) * (first.height * zoom + gap) + gap + between_grids;
  }
  return encode_png(sheet);
}

std::string contact_sheet_svg(const std::vector<ImageGrid>& grids, const std::string& title) {
  // Labels need room, however small the images are.
  constexpr std::size_t margin = 16, heading = 30, label = 16, gap = 8, narrowest = 72, heading_letter = 9,
                        label_letter = 7;
  std::size_t width = 0, height = margin;
  std::string body;
  for (const ImageGrid& grid : grids) {
    const Raster& first = grid.images.front().picture;
    const std::size_t w = first.width * zoom, h = first.height * zoom;
    std::size_t cell = std::max(w, narrowest);
    for (const LabelledImage& image : grid.images)
      cell = std::max(cell, label_letter * display_width(image.label));
    cell += gap;
    body += fmt::format("<text class=\"heading\" x=\"{}\" y=\"{}\">{}</text>\n", margin, height + 14,
                        html_escaped(grid.heading));
    width = std::max(width, 2 * margin + heading_letter * display_width(grid.heading));
    height += heading;
    for (std::size_t i = 0; i < grid.images.size(); ++i) {
      const std::size_t x = margin + i % grid.columns * cell + (cell - gap - w) / 2;
      const std::size_t y = height + i / grid.columns * (h + label + gap);
      body += fmt::format(
          "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" href=\"{}\"/>\n"
          "<text class=\"label\" x=\"{}\" y=\"{}\">{}</text>\n",
          x, y, w, h, png_data_uri(encode_png(grid.images[i].picture)), x + w / 2, y + h + 12,
          html_escaped(grid.images[i].label));
    }
    width = std::max(width, 2 * margin + grid.columns * cell - gap);
    height += rows_of(grid) * (h + label + gap) + margin;
  }
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n"
      "<title>{2}</title>\n{3}\n<rect class=\"page\" width=\"{0}\" height=\"{1}\"/>\n{4}</svg>\n",
      width, height, html_escaped(title), style(), body);
}

}  // namespace gradus
