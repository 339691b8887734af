#pragma once

#include "compare.hpp"

namespace gradus::bench {

inline constexpr int lenet_batch = 256;

/// W4: a training step of `gradus train cnn`: convolutions 1→6 and 6→16 of 5 × 5, each with a pooling, and
/// 256-120-84-10 behind them, ReLU, Adam. Throws std::runtime_error when it does not learn.
Contender lenet_contender(int threads);

}  // namespace gradus::bench
