#include <gradus/base/philox.hpp>
#include <gradus/data/augment/transforms/rotate.hpp>

#include <cmath>
#include <numbers>

namespace gradus::data {

void Rotate::warp(Warp& warp, Philox& random) const {
  const double angle = random.uniform(-degrees, degrees) * std::numbers::pi / 180;
  const double c = std::cos(angle), s = std::sin(angle);
  warp.pull(c, s, -s, c);
}

}  // namespace gradus::data
