#pragma once

#include <gradus/data/augment/transform.hpp>

#include <array>

namespace gradus::data {

/// p ↦ R(θ) p about the centre, θ uniform on ±degrees. Cireşan, Meier, Gambardella, Schmidhuber, "Deep, big,
/// simple neural nets for handwritten digit recognition" (2010): 15°, and 7.5° for 1 and 7.
struct Rotate {
  static constexpr PartDescription description{"rotate", "turned about the centre by θ, uniform on ±degrees"};

  double degrees = 10;

  static constexpr auto parameters() {
    return std::array{Parameter{"degrees", &Rotate::degrees, from(0, 180)}};
  }
  void warp(Warp& warp, Philox& random) const;
};

}  // namespace gradus::data
