#pragma once

#include <array>

#include "network.hpp"

namespace gradus::bench {

/// W4, the network of `gradus train cnn` without its dropout: a convolution 1→6 of 5 × 5, max pooling 2 × 2,
/// ReLU, a convolution 6→16 of 5 × 5, max pooling, ReLU, then 256-120-84-10 with ReLU; Adam. On 256 images of
/// 28 × 28.
inline constexpr const char* lenet_layers =
    "conv 6 5x5, max 2, relu, conv 16 5x5, max 2, relu, flatten, dense 120, relu, dense 84, relu, dense 10";
inline constexpr Eigen::Index lenet_batch = 256;
inline constexpr double lenet_learning_rate = 0.001;

inline constexpr Eigen::Index lenet_kernel = 5;
inline constexpr std::array<Eigen::Index, 4> lenet_dense{256, 120, 84, 10};

/// One convolution with the pooling behind it; rows and columns are alike.
struct LenetConvolution {
  Eigen::Index channels, size, out_channels;
  constexpr Eigen::Index out_size() const { return size - lenet_kernel + 1; }
  constexpr Eigen::Index pooled() const { return out_size() / 2; }
  constexpr Eigen::Index taps() const { return channels * lenet_kernel * lenet_kernel; }
  /// Of one image, forward; as many for the gradient of the kernel and of the image.
  constexpr double multiply_adds() const {
    return static_cast<double>(out_channels * taps() * out_size() * out_size());
  }
};
inline constexpr std::array<LenetConvolution, 2> lenet_convolutions{{{1, 28, 6}, {6, 12, 16}}};

/// "LeNet, ReLU, Adam, batch 256"
std::string lenet_description();

/// Floating-point operations of a step's convolutions and products.
double lenet_flops();

/// Kernels (out, in, 5, 5) and dense weights (in, out), uniform as in make_parameters, each with its bias.
Values make_lenet_parameters();

}  // namespace gradus::bench
