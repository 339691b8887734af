#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gradus::data {

/// Points of the plane in two classes: data of two features, on which one sees what a network does.
struct Points {
  std::vector<std::array<double, 2>> features;
  std::vector<double> labels;  ///< 0 or 1, in turn
};

/// How the classes lie in the plane.
struct PointShape {
  std::string name;
  std::string summary;
};

/// moons, circles, spirals and xor.
const std::vector<PointShape>& point_shapes();

/// Which points, and how many.
struct PointsOptions {
  std::string shape = "moons";
  std::size_t count = 128;
  double noise = 0.08;  ///< the standard deviation of what is added to each feature
  std::uint64_t seed = 1;
};

/// Points drawn at random from such a shape, all within a distance of about 1.5 from (0, 0). Point i is a
/// function of (seed, i) alone, whatever their count. Throws NameError for an unknown shape, ValueError for
/// no points or a noise that is no number from 0.
Points points(const PointsOptions& options = {});

}  // namespace gradus::data
