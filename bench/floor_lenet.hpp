#pragma once

#include <memory>

#include "lenet.hpp"
#include "network.hpp"

namespace gradus::bench {

/// LeNet's training step written by hand: each thread takes its blocks of sixteen images through both
/// convolutions and poolings (floor_lenet_kernels.hpp), its examples through the dense layers by oneDNN's
/// products, and back; after one barrier it updates its part of every parameter.
std::unique_ptr<Network> floor_lenet(int threads);

}  // namespace gradus::bench
