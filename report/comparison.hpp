#pragma once

#include <gradus/report/plot.hpp>

namespace gradus {

/// Which rows of which runs a chart shows.
struct CurveChoice {
  std::string split;  ///< "train" or "validation"
  Quantity quantity = Quantity::accuracy;
  bool by_epoch = false;
};

/// The curves of runs over each other, a colour each. Where several splits are chosen the validation curves
/// are dashed.
LineChart overlaid(const std::vector<const RunRecord*>& runs, const std::vector<CurveChoice>& choices);

/// Gives charts that stand side by side one y axis, which holds the points of all.
void share_y_axis(std::vector<LineChart*> charts);

/// A row for each run: the settings that differ between them, the accuracies on the three splits in percent,
/// the number of parameters, iterations and seconds. A run that has not finished has its last measured
/// accuracies.
std::string comparison_table(const std::vector<const RunRecord*>& runs);

/// Writes a page that compares runs, and its plots into `plots`. Returns what could not be drawn, as
/// write_run_page does. Throws FileError when a file cannot be written.
std::string write_comparison_page(const std::vector<RunRecord>& runs, const std::filesystem::path& page,
                                  const std::filesystem::path& plots);

}  // namespace gradus
