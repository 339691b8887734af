#pragma once

#include <functional>

#include "workload.hpp"

namespace gradus::bench {

/// Numbers of the elementwise chain: three arrays of this size fit into a second-level cache of 1 MB.
inline constexpr Eigen::Index chain_size = 65'536;

/// Parameters of W1's network, for one update by Adam.
inline constexpr Eigen::Index adam_size = 548'460;

/// y ← z σ(z) + 0.1 x with z = x · w + 0.5: two arrays read, one written. By gradus, and in one loop by hand
/// on a team of threads. Both throw std::runtime_error when their numbers are wrong.
std::function<void()> chain_by_gradus(int threads);
std::function<void()> chain_by_hand(int threads);

/// Adam's update with a gradient that is at hand: four arrays read, three written.
std::function<void()> adam_by_gradus(int threads);
std::function<void()> adam_by_hand(int threads);

}  // namespace gradus::bench
