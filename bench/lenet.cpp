#include "lenet.hpp"

#include <fmt/format.h>

#include <cmath>
#include <random>

namespace gradus::bench {

std::string lenet_description() { return fmt::format("LeNet, ReLU, Adam, batch {}", lenet_batch); }

double lenet_flops() {
  double multiply_adds =
      2 * lenet_convolutions[0].multiply_adds() + 3 * lenet_convolutions[1].multiply_adds();
  for (std::size_t l = 1; l < lenet_dense.size(); ++l)
    multiply_adds += 3 * static_cast<double>(lenet_dense[l - 1] * lenet_dense[l]);
  return 2 * static_cast<double>(lenet_batch) * multiply_adds;
}

Values make_lenet_parameters() {
  std::mt19937 random(2);
  Values values;
  const auto add = [&](Eigen::Index in, Eigen::Index out, Eigen::Index weights, Eigen::Index biases) {
    const float bound = std::sqrt(6.0F / static_cast<float>(in + out));
    std::uniform_real_distribution<float> uniform(-bound, bound);
    for (float& weight : values.emplace_back(static_cast<std::size_t>(weights))) weight = uniform(random);
    values.emplace_back(static_cast<std::size_t>(biases), 0.0F);
  };
  for (const LenetConvolution& c : lenet_convolutions)
    add(c.taps(), c.out_channels * lenet_kernel * lenet_kernel, c.out_channels * c.taps(), c.out_channels);
  for (std::size_t l = 1; l < lenet_dense.size(); ++l)
    add(lenet_dense[l - 1], lenet_dense[l], lenet_dense[l - 1] * lenet_dense[l], lenet_dense[l]);
  return values;
}

}  // namespace gradus::bench
