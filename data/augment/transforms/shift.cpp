#include <gradus/base/philox.hpp>
#include <gradus/data/augment/transforms/shift.hpp>

namespace gradus::data {

void Shift::warp(Warp& warp, Philox& random) const {
  const double dx = random.uniform(-pixels, pixels);
  const double dy = random.uniform(-pixels, pixels);
  warp.pull(1, 0, 0, 1, -dx, -dy);
}

}  // namespace gradus::data
