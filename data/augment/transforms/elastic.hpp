#pragma once

#include <gradus/data/augment/transform.hpp>

#include <array>

namespace gradus::data {

/// Elastic distortion: every pixel comes from a place displaced by d(p) = α (G_σ ∗ n)(p), n uniform on ±1 for
/// each pixel and each of x and y, and G_σ a Gaussian of deviation σ pixels and sum 1, cut off at 3σ. Outside
/// of the image n is 0. With the defaults a displacement has a deviation of 1.4 pixels. Simard, Steinkraus,
/// Platt, "Best practices for convolutional neural networks applied to visual document analysis" (2003), who
/// found σ = 4, α = 34 for MNIST.
struct Elastic {
  static constexpr PartDescription description{
      "elastic", "displaced by noise uniform on ±1, smoothed over sigma pixels, times alpha"};

  double alpha = 34;
  double sigma = 4;

  static constexpr auto parameters() {
    return std::array{Parameter{"alpha", &Elastic::alpha, from(0, 10000)},
                      Parameter{"sigma", &Elastic::sigma, from(0.1, 100)}};
  }
  void warp(Warp& warp, Philox& random) const;
};

}  // namespace gradus::data
