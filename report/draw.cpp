#include <gradus/base/error.hpp>
#include <gradus/base/file.hpp>
#include <gradus/base/process.hpp>
#include <gradus/report/plot.hpp>
#include <gradus/report/svg.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

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

Figures draw(const std::vector<Plot>& plots, const std::filesystem::path& folder) {
  if (!has_program("gnuplot"))
    return none(plots, "gnuplot is not installed; install it (Debian's package gnuplot-nox)");
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) throw FileError(fmt::format("cannot make the folder '{}': {}", folder.string(), code.message()));
  try {
    run_process("gnuplot", {"-"}, gnuplot_script(plots, folder), "gnuplot-nox");
  } catch (const FileError& error) {
    return none(plots, error.what());
  }
  Figures drawn;
  for (const Plot& plot : plots) {
    const std::filesystem::path file = folder / (plot.name + ".svg");
    const std::string svg = page_svg(read_file(file), plot.name, plot.title);
    write_file(file, standalone_svg(svg));
    drawn.figures.push_back({plot.title, svg});
  }
  return drawn;
}

}  // namespace gradus
