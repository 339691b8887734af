#include <gradus/base/escape.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/printable.hpp>
#include <gradus/base/process.hpp>
#include <gradus/base/temporary_folder.hpp>
#include <gradus/base/utf8.hpp>
#include <gradus/report/image_grid.hpp>
#include <gradus/report/palette.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace gradus {
namespace {

constexpr std::size_t zoom = 2, heading_px = 15, label_px = 11;

std::size_t rows_of(const ImageGrid& grid) { return (grid.images.size() + grid.columns - 1) / grid.columns; }

std::string style() {
  return fmt::format(
      "<style>.page{{fill:{}}}text{{fill:{};font-family:sans-serif}}.heading{{font-size:{}px;font-weight:"
      "bold}}"
      ".label{{font-size:{}px;text-anchor:middle}}image{{image-rendering:pixelated}}"
      "@media (prefers-color-scheme:dark){{.page{{fill:{}}}text{{fill:{}}}}}</style>",
      paper.light, ink.light, heading_px, label_px, paper.dark, ink.dark);
}

/// Words, the middle or the beginning of whose base line is at x, y.
struct PlacedText {
  std::string text;
  std::size_t x, y;
  bool is_heading;
};

struct PlacedPicture {
  const Raster* picture;
  std::size_t x, y;
};

/// Where the words and the pictures of a sheet are, in pixels.
struct SheetLayout {
  std::size_t width = 0, height = 0;
  std::vector<PlacedText> texts;
  std::vector<PlacedPicture> pictures;

  explicit SheetLayout(const std::vector<ImageGrid>& grids) {
    // Labels need room, however small the images are.
    constexpr std::size_t margin = 16, heading = 30, label = 16, gap = 8, narrowest = 72, heading_letter = 9,
                          label_letter = 7;
    height = margin;
    for (const ImageGrid& grid : grids) {
      const Raster& first = grid.images.front().picture;
      const std::size_t w = first.width * zoom, h = first.height * zoom;
      std::size_t cell = std::max(w, narrowest);
      for (const LabelledImage& image : grid.images)
        cell = std::max(cell, label_letter * display_width(image.label));
      cell += gap;
      texts.push_back({grid.heading, margin, height + 14, true});
      width = std::max(width, 2 * margin + heading_letter * display_width(grid.heading));
      height += heading;
      for (std::size_t i = 0; i < grid.images.size(); ++i) {
        const std::size_t x = margin + i % grid.columns * cell + (cell - gap - w) / 2;
        const std::size_t y = height + i / grid.columns * (h + label + gap);
        pictures.push_back({&grid.images[i].picture, x, y});
        texts.push_back({grid.images[i].label, x + w / 2, y + h + 12, false});
      }
      width = std::max(width, 2 * margin + grid.columns * cell - gap);
      height += rows_of(grid) * (h + label + gap) + margin;
    }
  }
};

/// Puts a picture, each pixel zoom × zoom, where it belongs.
void paste(Raster& sheet, const Raster& picture, std::size_t x, std::size_t y) {
  for (std::size_t row = 0; row < picture.height * zoom; ++row)
    for (std::size_t col = 0; col < picture.width * zoom; ++col)
      std::copy_n(&picture.at(row / zoom, col / zoom), sheet.channels, &sheet.at(y + row, x + col));
}

/// Fonts of gnuplot are in points, of which a picture has 72 where it has 96 pixels.
constexpr std::size_t points(std::size_t pixels) { return pixels * 72 / 96; }

/// The commands that make gnuplot draw the words alone, black on white, into words.png.
std::string script_of_words(const SheetLayout& sheet) {
  std::string script = fmt::format(
      "set encoding utf8\nset terminal pngcairo size {},{} font 'Sans,{}'\nset output 'words.png'\nunset "
      "key\nunset border\n"
      "unset tics\nset margins 0,0,0,0\nset xrange [0:{}]\nset yrange [{}:0]\n",
      sheet.width, sheet.height, points(label_px), sheet.width, sheet.height);
  for (const PlacedText& words : sheet.texts) {
    std::string quoted = printable(words.text);
    for (std::size_t at = 0; (at = quoted.find('\'', at)) != quoted.npos; at += 2) quoted.insert(at, 1, '\'');
    // gnuplot places the middle of a line, which is about a third of its size above the base line.
    script += fmt::format("set label '{}' at {},{} {} noenhanced{}\n", quoted, words.x,
                          words.y - (words.is_heading ? heading_px : label_px) / 3,
                          words.is_heading ? "left" : "center",
                          words.is_heading ? fmt::format(" font 'Sans:Bold,{}'", points(heading_px)) : "");
  }
  return script + "plot -1 notitle\n";
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
      paste(sheet, grid.images[i].picture, x, y);
    }
    top += rows_of(grid) * (first.height * zoom + gap) + gap + between_grids;
  }
  return encode_png(sheet);
}

std::string labelled_sheet_png(const std::vector<ImageGrid>& grids) {
  const SheetLayout layout(grids);
  const TemporaryFolder folder;
  run_process("gnuplot", {"--default-settings", "-"}, script_of_words(layout), "gnuplot-nox", folder.path());
  const std::string words = (folder.path() / "words.png").string();
  const Raster drawn = decode_png(read_file(words), words, 2);
  Raster sheet{layout.width, layout.height, 1, {}};
  for (std::size_t i = 0; i < drawn.pixels.size(); i += 2) sheet.pixels.push_back(drawn.pixels[i]);
  for (const PlacedPicture& each : layout.pictures) paste(sheet, *each.picture, each.x, each.y);
  return encode_png(sheet);
}

std::string contact_sheet_svg(const std::vector<ImageGrid>& grids, const std::string& title) {
  const SheetLayout layout(grids);
  std::string body;
  for (const PlacedPicture& each : layout.pictures)
    body += fmt::format("<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" href=\"{}\"/>\n", each.x, each.y,
                        each.picture->width * zoom, each.picture->height * zoom,
                        png_data_uri(encode_png(*each.picture)));
  for (const PlacedText& words : layout.texts)
    body += fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>\n",
                        words.is_heading ? "heading" : "label", words.x, words.y, html_escaped(words.text));
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\">\n"
      "<title>{2}</title>\n{3}\n<rect class=\"page\" width=\"{0}\" height=\"{1}\"/>\n{4}</svg>\n",
      layout.width, layout.height, html_escaped(title), style(), body);
}

}  // namespace gradus
