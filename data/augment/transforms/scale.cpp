#include <gradus/base/philox.hpp>
#include <gradus/data/augment/transforms/scale.hpp>

namespace gradus::data {

void Scale::warp(Warp& warp, Philox& random) const {
  const double width = random.uniform(1 - amount, 1 + amount);
  const double height = random.uniform(1 - amount, 1 + amount);
  warp.pull(1 / width, 0, 0, 1 / height);
}

}  // namespace gradus::data
