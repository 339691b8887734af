#pragma once

#include <gradus/data/augment/transform.hpp>

#include <array>

namespace gradus::data {

/// Random erasing: with the given probability a rectangle is filled with values uniform on 0 … 255. Its share
/// of the image is uniform from 0.02 to `area`, its height over its width log-uniform from 0.3 to 1 / 0.3,
/// its place uniform; a rectangle that does not fit is drawn anew, ten times at most. Zhong, Zheng, Kang, Li,
/// Yang, "Random erasing data augmentation" (2017), whose ratio is uniform from 0.3 on: that prefers upright
/// ones.
struct Erase {
  static constexpr PartDescription description{
      "erase", "with this probability, a rectangle of 0.02 to area times the image is filled with noise"};

  double probability = 0.5;
  double area = 0.2;

  static constexpr auto parameters() {
    return std::array{Parameter{"probability", &Erase::probability, from(0, 1)},
                      Parameter{"area", &Erase::area, from(0.02, 1)}};
  }
  void paint(Canvas& canvas, Philox& random) const;
};

}  // namespace gradus::data
