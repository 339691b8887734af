#include <gradus/base/philox.hpp>
#include <gradus/data/augment/transforms/shear.hpp>

namespace gradus::data {

void Shear::warp(Warp& warp, Philox& random) const { warp.pull(1, random.uniform(-slope, slope), 0, 1); }

}  // namespace gradus::data
