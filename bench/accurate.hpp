#pragma once

#include <string>

#include "network.hpp"

namespace gradus::bench {

/// The network of `gradus train cnn --model-size accurate`: six convolutions of 3 × 3 with batch
/// normalisation.
inline constexpr Eigen::Index accurate_batch = 128;

/// As gradus train writes it.
std::string accurate_layers();

/// Of a step's convolutions and products: each counts forward, for its kernel's gradient and, but for the
/// first, for its input's.
double accurate_flops();

/// There is no reference for it here. Throws std::runtime_error unless ten classes at random cost ln 10 at
/// first, and the same batch again and again costs less.
void verify_that_it_learns(Network& network);

}  // namespace gradus::bench
