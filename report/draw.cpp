#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/process.hpp>
#include <gradus/base/temporary_folder.hpp>
#include <gradus/report/plot.hpp>
#include <gradus/report/svg.hpp>

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
    const std::filesystem::path from = drawn_in->path() / drawn_name(i);
    const std::string svg = page_svg(read_file(from.string() + ".svg"), plot.name, plot.title);
    write_file(folder / (plot.name + ".svg"), standalone_svg(svg));
    write_file(folder / (plot.name + ".png"), read_file(from.string() + ".png"));
    drawn.figures.push_back({plot.title, svg});
  }
  return drawn;
}

}  // namespace gradus
