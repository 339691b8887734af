#pragma once

#include <gradus/data/augment/transform.hpp>

#include <array>

namespace gradus::data {

/// (x, y) ↦ (a x, b y) from the centre, a and b uniform on 1 ± amount and independent, as in Cireşan et al.,
/// "Deep, big, simple neural nets for handwritten digit recognition" (2010), who took 0.15 to 0.2.
struct Scale {
  static constexpr PartDescription description{
      "scale", "width times a and height times b, each uniform on 1 ± amount"};

  double amount = 0.1;

  static constexpr auto parameters() { return std::array{Parameter{"amount", &Scale::amount, from(0, 0.9)}}; }
  void warp(Warp& warp, Philox& random) const;
};

}  // namespace gradus::data
