#pragma once

#include <gradus/report/record.hpp>

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace gradus {

/// A line of a chart.
struct Curve {
  std::string label;
  std::vector<CurvePoint> points;
  std::size_t colour = 0;  ///< a number of the palette
  bool dashed = false;
};

/// Curves over common axes. A label names what is shown and its unit.
struct LineChart {
  std::string x_label;
  std::string y_label;
  std::vector<Curve> curves;
  bool whole_numbers = false;  ///< on the x axis: epochs
  double y_from = 0;           ///< the y axis, where y_from < y_to; else as the points are
  double y_to = 0;
};

/// A confusion matrix: counts in cells. The diagonal is as blue as the share of the row's true class it
/// holds. The mistakes, most of which would be invisible on that scale, are as orange as the root of their
/// share of the most frequent mistake.
struct ConfusionMap {
  std::vector<std::string> classes;
  std::vector<std::vector<std::int64_t>> counts;  ///< [true][predicted]
  /// The examples of each true class, where not all classes are shown; else the sums of the rows.
  std::vector<std::int64_t> support = {};
};

/// A figure, drawn to NAME.svg and NAME.png.
struct Plot {
  std::string name;   ///< of its files
  std::string title;  ///< what is read out instead of the picture
  std::variant<LineChart, ConfusionMap> what;
};

/// The commands that make gnuplot draw the plots into the folder it runs in: each as PNG and as SVG, under
/// drawn_name() of its number with .png and .svg.
std::string gnuplot_script(const std::vector<Plot>& plots);
std::string drawn_name(std::size_t number);

/// A plot as it stands in a page.
struct Figure {
  std::string title;
  /// An element to be put into a page that has figure_style; empty where it could not be drawn.
  std::string svg;
};

/// What templates/figure.html takes.
void to_json(nlohmann::json& json, const Figure& figure);

/// The figures, in the order of the plots, and why there are none.
struct Figures {
  std::vector<Figure> figures;
  std::string missing;  ///< empty, or what was not written and how to mend it, in one line
};

/// Draws the plots with gnuplot into `folder`, which is made. Where there is no gnuplot, or it fails, nothing
/// is drawn and `missing` says so. gnuplot is told no path of the user's, which it might take for a command.
/// Throws FileError when a file cannot be written.
Figures draw(const std::vector<Plot>& plots, const std::filesystem::path& folder);

}  // namespace gradus
