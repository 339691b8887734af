#pragma once

#include <gradus/report/plot.hpp>

namespace gradus {

/// Which rows of which runs a chart shows.
struct CurveChoice {
  std::string split;  ///< "train" or "validation"
  Quantity quantity = Quantity::accuracy;
  bool by_epoch = false;
};

/// "accuracy (%)", or what the loss of the settings is called: "cross-entropy (nats)".
std::string axis_label(Quantity quantity, const TrainSettings& settings);

/// The curves of runs over each other, a colour each. Where several splits are chosen the validation curves
/// are dashed; of one run each split has a colour.
LineChart overlaid(const std::vector<const RunRecord*>& runs, const std::vector<CurveChoice>& choices);

/// Gives charts that stand side by side one y axis, which holds the points of all.
void share_y_axis(std::vector<LineChart*> charts);

}  // namespace gradus
