#include "workload.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <random>

namespace gradus::bench {

std::string Workload::description() const {
  return fmt::format("{}, batch {}", fmt::join(sizes, "-"), batch);
}

const std::vector<Workload>& workloads() {
  static const std::vector<Workload> all{
      {"W1", {784, 500, 250, 100, 10}, 64, 0.01F},
      {"W3", {784, 64, 10}, 256, 0.01F},
      {"W5", {784, 64, 64, 64, 10}, 32, 0.01F},
  };
  return all;
}

Batch make_batch(const Workload& workload) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> grey(-4, 1);
  Batch batch;
  batch.images = Batch::Matrix::NullaryExpr(workload.batch, workload.sizes.front(),
                                            [&] { return std::max(0.0F, grey(random)); });
  batch.labels = Batch::Matrix::Zero(workload.batch, workload.sizes.back());
  std::uniform_int_distribution<Eigen::Index> digit(0, workload.sizes.back() - 1);
  for (Eigen::Index example = 0; example < workload.batch; ++example)
    batch.labels(example, digit(random)) = 1;
  return batch;
}

std::vector<Layer> make_layers(const Workload& workload) {
  std::mt19937 random(2);
  std::vector<Layer> layers;
  for (std::size_t l = 1; l < workload.sizes.size(); ++l) {
    const Eigen::Index in = workload.sizes[l - 1];
    const Eigen::Index out = workload.sizes[l];
    const float bound = std::sqrt(6.0F / static_cast<float>(in + out));
    std::uniform_real_distribution<float> uniform(-bound, bound);
    layers.push_back({Batch::Matrix::NullaryExpr(in, out, [&] { return uniform(random); }),
                      Eigen::RowVectorXf::Zero(out)});
  }
  return layers;
}

}  // namespace gradus::bench
