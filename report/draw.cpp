#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/process.hpp>
#include <gradus/base/temporary_folder.hpp>
#include <gradus/report/plot.hpp>
#include <gradus/report/svg.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace gradus {
namespace {

Figures none(const std::vector<Plot>& plots, std::string why) {
  // A program's complaint may have many lines.
  std::ranges::replace(why, '\n', ' ');
  Figures figures{{}, "the plots were not drawn: " + why};
  for (const Plot& plot : plots) figures.figures.push_back({plot.title, ""});
  return figures;
}

std::string text_of(const std::string& path) { return file_exists(path) ? read_file(path) : ""; }

/// gnuplot does not say when a disk is full, or a file as large as it may be.
bool is_whole(const std::string& svg, const std::string& png) {
  const std::size_t end = svg.find_last_not_of("\n");
  return end != svg.npos && svg.substr(0, end + 1).ends_with("</svg>") &&
         std::string_view(png).substr(0, png.size() - std::min<std::size_t>(png.size(), 4)).ends_with("IEND");
}

}  // namespace

void to_json(nlohmann::json& json, const Figure& figure) {
  json = {{"title", figure.title}, {"svg", figure.svg}};
}

Figures draw(const std::vector<Plot>& plots, const std::filesystem::path& folder) {
  if (!has_program("gnuplot"))
    return none(plots, "gnuplot is not installed; install it (Debian's package gnuplot-nox)");
  // To gnuplot a path may be a command (one that begins with '|' is), so it never hears of the user's: it
  // draws into a folder of its own, whose files then go where they belong.
  std::optional<TemporaryFolder> drawn_in;
  try {
    drawn_in.emplace();
    run_process("gnuplot", {"--default-settings", "-"}, gnuplot_script(plots), "gnuplot-nox",
                drawn_in->path());
  } catch (const FileError& error) {
    return none(plots, error.what());
  }
  Figures drawn;
  for (std::size_t i = 0; i < plots.size(); ++i) {
    const Plot& plot = plots[i];
    const std::string from = (drawn_in->path() / drawn_name(i)).string();
    const std::string by_gnuplot = text_of(from + ".svg");
    const std::string png = text_of(from + ".png");
    if (!is_whole(by_gnuplot, png))
      return none(plots, fmt::format("gnuplot has not written all of '{}' in '{}': the disk may be full",
                                     plot.name, drawn_in->path().parent_path().string()));
    const std::string svg = page_svg(by_gnuplot, plot.name, plot.title);
    write_file(folder / (plot.name + ".svg"), standalone_svg(svg));
    write_file(folder / (plot.name + ".png"), png);
    drawn.figures.push_back({plot.title, svg});
  }
  return drawn;
}

}  // namespace gradus
