#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace gradus {

/// A derivative found by differences, and how far the last extrapolation moved it.
struct Difference {
  double slope = 0;
  double uncertainty = 0;
};

/// The derivative from the central slopes (f(x + h) − f(x − h)) / 2h at h = step, step/2, step/4 and step/8.
/// Their errors are series in h²; each of three rounds removes one term (Richardson 1911), which leaves
/// O(h⁸). Kinks and the ends of the domain must be farther away than `step`: the uncertainty is large where
/// they are not.
template <class CentralSlope>
Difference extrapolated_difference(double step, const CentralSlope& central_slope) {
  std::array<double, 4> slope{};
  for (double& each : slope) {
    each = central_slope(step);
    step /= 2;
  }
  Difference result;
  double power = 1;
  for (std::size_t round = 1; round < slope.size(); ++round) {
    power *= 4;
    result.uncertainty = slope[1];
    for (std::size_t s = 0; s + round < slope.size(); ++s)
      slope[s] = (power * slope[s + 1] - slope[s]) / (power - 1);
  }
  result.slope = slope[0];
  result.uncertainty = std::abs(result.slope - result.uncertainty);
  return result;
}

}  // namespace gradus
