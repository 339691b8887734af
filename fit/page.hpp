#pragma once

#include <gradus/fit/fit.hpp>
#include <gradus/report/sections.hpp>

#include <nlohmann/json.hpp>

namespace gradus {

/// What report.html tells of a call of fit().
struct FitPage {
  const Trainable& network;
  const FitOptions& options;
  const nlohmann::json& settings;  ///< that decide the numbers, {name: value}
  const Fitted& fitted;            ///< but for its state
  const State<float>& state;
  std::vector<std::pair<float, float>> answers;  ///< true and chosen class of the examples kept to measure
  SessionTimes times{};
};

/// Writes the page and its plots into the folder: numbers, curves, where classes are chosen confusion matrix
/// and classification report, the first layer's kernels where it has any, parameters, settings. Returns what
/// could not be drawn, as draw() does. Throws FileError when a file cannot be written.
std::string write_fit_page(const FitPage& fit, const RunFolder& folder);

}  // namespace gradus
