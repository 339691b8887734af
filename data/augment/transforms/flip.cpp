#include <gradus/base/philox.hpp>
#include <gradus/data/augment/transforms/flip.hpp>

namespace gradus::data {

void Flip::warp(Warp& warp, Philox& random) const {
  if (random.uniform() < probability) warp.pull(-1, 0, 0, 1);
}

}  // namespace gradus::data
