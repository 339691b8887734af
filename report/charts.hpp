#pragma once

#include <gradus/report/plot.hpp>

#include <concepts>

namespace gradus {

/// Which rows of which runs a chart shows.
struct CurveChoice {
  std::string split;  ///< "train" or "validation"
  Quantity quantity = Quantity::accuracy;
  bool by_epoch = false;
};

/// The curves of runs over each other, a colour each. Where several splits are chosen the validation curves
/// are dashed; of one run each split has a colour.
LineChart overlaid(const std::vector<const TrainingCurves*>& runs, const std::vector<CurveChoice>& choices);
template <std::derived_from<TrainingCurves> Run>
LineChart overlaid(const std::vector<const Run*>& runs, const std::vector<CurveChoice>& choices) {
  return overlaid(std::vector<const TrainingCurves*>(runs.begin(), runs.end()), choices);
}

/// Gives charts that stand side by side one y axis, which holds the points of all.
void share_y_axis(std::vector<LineChart*> charts);

}  // namespace gradus
