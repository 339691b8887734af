#pragma once

#include <gradus/data/augment/transform.hpp>

#include <array>

namespace gradus::data {

/// (x, y) ↦ (−x, y) with the given probability: for clothes, not for digits. Krizhevsky, Sutskever, Hinton,
/// "ImageNet classification with deep convolutional neural networks" (2012).
struct Flip {
  static constexpr PartDescription description{
      "flip", "mirrored left to right with this probability (not for digits)"};

  double probability = 0.5;

  static constexpr auto parameters() {
    return std::array{Parameter{"probability", &Flip::probability, from(0, 1)}};
  }
  void warp(Warp& warp, Philox& random) const;
};

}  // namespace gradus::data
