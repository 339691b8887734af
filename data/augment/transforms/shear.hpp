#pragma once

#include <gradus/data/augment/transform.hpp>

#include <array>

namespace gradus::data {

/// (x, y) ↦ (x − k y, y) from the centre, k uniform on ±slope: an upright stroke leans over by k columns a
/// row. LeCun et al., "Gradient-based learning applied to document recognition" (1998).
struct Shear {
  static constexpr PartDescription description{
      "shear", "each row moved sideways by k times its height, k uniform on ±slope"};

  double slope = 0.15;

  static constexpr auto parameters() { return std::array{Parameter{"slope", &Shear::slope, from(0, 2)}}; }
  void warp(Warp& warp, Philox& random) const;
};

}  // namespace gradus::data
