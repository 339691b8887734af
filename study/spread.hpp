#pragma once

#include <gradus/report/record.hpp>

#include <span>
#include <string>
#include <vector>

namespace gradus {

/// What runs of the same settings and different seeds come to, in percent or points.
struct Spread {
  double mean = 0;
  double deviation = 0;  ///< of single runs, with n − 1; 0 of one run
  std::size_t runs = 0;

  /// Throws ValueError for no values.
  static Spread of(std::span<const double> values);

  /// "97.81 ± 0.06 %", of one run "97.81 %".
  std::string text() const;
};

/// Whether the means of two are further apart than twice the standard error of their difference,
/// √(s²/n + s'²/n'). Never said of single runs.
bool differ(const Spread& one, const Spread& other);

/// "+0.31 points", and behind it, unless they differ, that runs with other seeds differ as much.
std::string difference_text(const Spread& one, const Spread& other);

/// Accuracy on validation at the end of a run, in percent: the mean of the last five points of its curve, as
/// one alone says as much of the last batches as of the network.
double late_accuracy(const RunRecord& run);

/// Each run of a group, and what they come to together.
Spread late_accuracies(const std::vector<const RunRecord*>& runs);
Spread final_accuracies(const std::vector<const RunRecord*>& runs, const char* split);

}  // namespace gradus
