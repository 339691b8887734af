#pragma once

#include <gradus/data/augment/transform.hpp>

#include <array>

namespace gradus::data {

/// v ↦ v + 255 · deviation · z for each pixel, z normal, kept to 0 … 255. Bishop, "Training with noise is
/// equivalent to Tikhonov regularization" (1995).
struct Noise {
  static constexpr PartDescription description{
      "noise", "normal noise on each pixel, its deviation a part of the full range"};

  double deviation = 0.1;

  static constexpr auto parameters() {
    return std::array{Parameter{"deviation", &Noise::deviation, from(0, 10)}};
  }
  void paint(Canvas& canvas, Philox& random) const;
};

}  // namespace gradus::data
