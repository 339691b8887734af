#include <gradus/report/palette.hpp>
#include <gradus/report/plot.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gradus {
namespace {

constexpr int width = 520;
constexpr int chart_height = 350;
constexpr int legend_line = 19;
constexpr std::size_t legend_columns = 2;

/// Text of gnuplot: nothing in it is a command.
std::string literal(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ') continue;
    result += c;
    if (c == '\'') result += c;
  }
  return result + "'";
}

std::string svg_terminal(std::string name, int height) {
  std::ranges::replace(name, '-', '_');
  return fmt::format(
      "set terminal svg dynamic size {},{} noenhanced background '{}' font 'sans-serif,14' name {}\n"
      "small = 'sans-serif,10'\n",
      width, height, paper.light, literal(name));
}

/// Twice as many pixels, for paper and sharp screens.
std::string png_terminal(int height) {
  return fmt::format(
      "set terminal pngcairo size {},{} noenhanced background '{}' font 'sans-serif,10' fontscale 2 "
      "linewidth 2 pointscale 2 dashlength 1\n"
      "small = 'sans-serif,7'\n",
      2 * width, 2 * height, paper.light);
}

/// A picture stands alone in other people's documents and says what it is; in a page that is written beside
/// it.
constexpr int title_height = 26;

std::string title_of(const Plot& plot) {
  return fmt::format("set title {} textcolor rgb '{}'\n", literal(plot.title), ink.light);
}

/// A block of data, $NAME, of the script.
std::string block(std::size_t number, const std::string& rows) {
  return fmt::format("$data{} << END_OF_DATA\n{}END_OF_DATA\n", number, rows);
}

int height_of(const LineChart& chart) {
  return chart_height +
         legend_line * static_cast<int>((chart.curves.size() + legend_columns - 1) / legend_columns);
}

int height_of(const ConfusionMap&) { return 470; }

std::string data_of(const LineChart& chart) {
  std::string text;
  for (std::size_t i = 0; i < chart.curves.size(); ++i) {
    std::string rows;
    for (const CurvePoint& point : chart.curves[i].points) rows += fmt::format("{} {}\n", point.x, point.y);
    // A line without any point is an error to gnuplot; this one is off every chart.
    text += block(i, rows.empty() ? "NaN NaN\n" : rows);
  }
  return text;
}

/// Between the ticks of an axis that has whole numbers only: at most ten of them.
double whole_step(const LineChart& chart) {
  double last = 1;
  for (const Curve& curve : chart.curves)
    for (const CurvePoint& point : curve.points) last = std::max(last, point.x);
  return std::ceil(last / 10);
}

std::string drawing_of(const LineChart& chart) {
  std::string text = fmt::format(
      "set border 3 lc rgb '{0}'\nset tics nomirror out textcolor rgb '{0}'\nset grid lt 1 lw 0.6 lc rgb "
      "'{1}'\n"
      "set xlabel {2} offset 0,0.3 textcolor rgb '{3}'\nset ylabel {4} textcolor rgb '{3}'\nset format '%g'\n"
      "set key bmargin center horizontal Left reverse samplen 3 height 0.8 maxcols {5} textcolor rgb '{3}'\n",
      faint_ink.light, rule.light, literal(chart.x_label), ink.light, literal(chart.y_label), legend_columns);
  // Without any curve there is nothing to find ranges from.
  if (chart.curves.empty()) return text + "set xrange [0:1]\nset yrange [0:1]\nplot NaN notitle\n";
  text += "set xrange [0:*]\n";
  if (chart.whole_numbers) text += fmt::format("set xtics {}\n", whole_step(chart));
  if (chart.y_from < chart.y_to) text += fmt::format("set yrange [{}:{}]\n", chart.y_from, chart.y_to);
  text += "plot ";
  for (std::size_t i = 0; i < chart.curves.size(); ++i) {
    const Curve& curve = chart.curves[i];
    // Points show where it was measured, as long as they are few enough to be told apart.
    const char* style = curve.points.size() <= 40 ? "linespoints pt 7 ps 0.4" : "lines";
    text += fmt::format("{}$data{} with {} lw {} dt {} lc rgb '{}' title {}", i == 0 ? "" : ", ", i, style,
                        curve.dashed ? 1.4 : 1.9, curve.dashed ? "(5,4)" : "1",
                        palette[curve.colour % palette.size()].light, literal(curve.label));
  }
  return text + "\n";
}

/// Colour and opacity as gnuplot counts them, 0 opaque: 0xAARRGGBB.
std::string see_through(const Shade& shade, double opacity) {
  return fmt::format("0x{:02x}{}", static_cast<int>(std::lround(255 * (1 - opacity))), shade.light.substr(1));
}

std::string data_of(const ConfusionMap& map) {
  std::int64_t largest = 1;
  for (std::size_t t = 0; t < map.counts.size(); ++t)
    for (std::size_t p = 0; p < map.counts.size(); ++p)
      if (p != t) largest = std::max(largest, map.counts[t][p]);
  std::string rows;
  for (std::size_t t = 0; t < map.counts.size(); ++t) {
    const std::int64_t support =
        map.support.empty() ? std::accumulate(map.counts[t].begin(), map.counts[t].end(), std::int64_t{0})
                            : map.support[t];
    for (std::size_t p = 0; p < map.counts.size(); ++p) {
      const auto count = static_cast<double>(map.counts[t][p]);
      const double share = t == p ? count / static_cast<double>(std::max<std::int64_t>(1, support))
                                  : 0.8 * std::sqrt(count / static_cast<double>(largest));
      const bool bright = t == p && share > 0.5;
      const std::string_view text = bright ? ink_on_colour : count == 0 ? faint_ink.light : ink.light;
      rows += fmt::format("{} {} {} {} 0x{}\n", p, t, see_through(palette[t == p ? 0 : 1], share),
                          count == 0 ? "·" : fmt::to_string(map.counts[t][p]), text.substr(1));
    }
  }
  return block(0, rows);
}

std::string drawing_of(const ConfusionMap& map) {
  std::string x_tics;
  std::string y_tics;
  for (std::size_t c = 0; c < map.classes.size(); ++c) {
    x_tics += fmt::format("{}{} {}", c == 0 ? "" : ", ", literal(map.classes[c]), c);
    y_tics += fmt::format("{}{} {}", c == 0 ? "" : ", ", literal(map.classes[c]), c);
  }
  const bool long_names =
      std::ranges::any_of(map.classes, [](const std::string& name) { return name.size() > 3; });
  const double end = static_cast<double>(map.classes.size()) - 0.5;
  return fmt::format(
      "unset border\nset tics scale 0 nomirror textcolor rgb '{0}'\nset xrange [-0.5:{1}]\n"
      "set yrange [{1}:-0.5]\nset xtics {5} ({2})\nset ytics ({3})\nset xlabel 'predicted class' textcolor "
      "rgb '{4}'\n"
      "set ylabel 'true class' textcolor rgb '{4}'\nunset key\n"
      "plot $data0 using 1:2:(0.48):(0.48):3 with boxxyerror fs solid noborder lc rgb variable, "
      "$data0 using 1:2:4:5 with labels {6}textcolor rgb variable\n",
      faint_ink.light, end, x_tics, y_tics, ink.light, long_names ? "rotate by 40 right" : "",
      map.classes.size() > 12 ? "font small " : "");
}

}  // namespace

std::string drawn_name(std::size_t number) { return fmt::format("plot{}", number); }

std::string gnuplot_script(const std::vector<Plot>& plots) {
  std::string script = "set encoding utf8\n";
  for (std::size_t i = 0; i < plots.size(); ++i) {
    const Plot& plot = plots[i];
    const int height = std::visit([](const auto& what) { return height_of(what); }, plot.what);
    const std::string draw = std::visit([](const auto& what) { return drawing_of(what); }, plot.what);
    script += "reset\n" + std::visit([](const auto& what) { return data_of(what); }, plot.what);
    const auto into = [&](const std::string& setting, const char* extension) {
      script += fmt::format("{}set output '{}{}'\n{}unset output\n", setting, drawn_name(i), extension, draw);
    };
    into(svg_terminal(plot.name, height), ".svg");
    into(png_terminal(height + title_height) + title_of(plot), ".png");
  }
  return script;
}

}  // namespace gradus
