#include <gradus/report/charts.hpp>
#include <gradus/report/palette.hpp>

#include <algorithm>
#include <limits>

namespace gradus {
namespace {

/// The losses of runs that have different ones have no common name.
std::string axis_label(Quantity quantity, const std::vector<const TrainingCurves*>& runs) {
  if (quantity == Quantity::accuracy) return "accuracy (%)";
  const std::string& first = runs.front()->loss_axis;
  const bool same = std::ranges::all_of(runs, [&](const auto* run) { return run->loss_axis == first; });
  return same ? first : "loss (each run's own)";
}

}  // namespace

LineChart overlaid(const std::vector<const TrainingCurves*>& runs, const std::vector<CurveChoice>& choices) {
  const bool by_epoch = choices.front().by_epoch;
  LineChart chart{by_epoch ? "epoch" : "iteration", axis_label(choices.front().quantity, runs), {}, by_epoch};
  for (std::size_t i = 0; i < runs.size(); ++i)
    for (std::size_t c = 0; c < choices.size(); ++c) {
      const auto& [split, quantity, per] = choices[c];
      const std::vector<MetricsRow>& rows = runs[i]->rows;
      Curve curve{runs[i]->label,
                  by_epoch ? per_epoch(rows, split, quantity) : per_iteration(rows, split, quantity), i,
                  i >= palette.size()};
      if (choices.size() > 1) {
        const std::string what = split == "train-set" ? "whole train split" : split;
        curve.label = runs.size() > 1 ? curve.label + ", " + what : what;
        curve.colour = runs.size() > 1 ? i : c;
        curve.dashed = split != "train";
      }
      if (!curve.points.empty()) chart.curves.push_back(std::move(curve));
    }
  return chart;
}

void share_y_axis(std::vector<LineChart*> charts) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const LineChart* chart : charts)
    for (const Curve& curve : chart->curves)
      for (const CurvePoint& point : curve.points) {
        low = std::min(low, point.y);
        high = std::max(high, point.y);
      }
  if (!(low < high)) return;
  const double margin = 0.04 * (high - low);
  const bool percent = charts.front()->y_label.ends_with("(%)");
  for (LineChart* chart : charts) {
    chart->y_from = std::max(0.0, low - margin);
    chart->y_to = percent ? std::min(100.0, high + margin) : high + margin;
  }
}

}  // namespace gradus
