#pragma once

#include <gradus/data/augment/transform.hpp>

#include <array>

namespace gradus::data {

/// p ↦ p + (Δx, Δy), Δx and Δy uniform on ±pixels. LeCun, Bottou, Bengio, Haffner, "Gradient-based learning
/// applied to document recognition" (1998), who trained on shifted, scaled and sheared digits.
struct Shift {
  static constexpr PartDescription description{"shift", "moved by Δx and Δy, each uniform on ±pixels"};

  double pixels = 2;

  static constexpr auto parameters() {
    return std::array{Parameter{"pixels", &Shift::pixels, from(0, 1000)}};
  }
  void warp(Warp& warp, Philox& random) const;
};

}  // namespace gradus::data
