#pragma once

#include <gradus/data/augment/transform.hpp>

#include <array>

namespace gradus::data {

/// v ↦ v + 255 σ z for each pixel, z normal, kept to 0 … 255. Bishop, "Training with noise is
/// equivalent to Tikhonov regularization" (1995).
struct Noise {
  static constexpr PartDescription description{
      "noise", "normal noise added to each pixel; sigma is a fraction of the full range"};

  double sigma = 0.1;

  static constexpr auto parameters() {
    return std::array{Parameter{"sigma", &Noise::sigma, from(0, 10), "standard deviation"}.also("deviation")};
  }
  void paint(Canvas& canvas, Philox& random) const;
};

}  // namespace gradus::data
