#include "workload.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <random>

namespace gradus::bench {

std::string to_string(Activation activation) {
  switch (activation) {
    case Activation::sigmoid:
      return "sigmoid";
    case Activation::tanh:
      return "tanh";
    case Activation::relu:
      return "relu";
  }
  return {};
}

std::string to_string(Rule rule) { return rule == Rule::sgd ? "SGD" : "Adam"; }

std::string Workload::description() const {
  const std::string kind = training ? to_string(rule) : "inference";
  return fmt::format("{}, {}, {}, batch {}", fmt::join(sizes, "-"), to_string(activation), kind, batch);
}

double Workload::flops() const {
  double multiply_adds = 0;
  for (std::size_t l = 1; l < sizes.size(); ++l) {
    const double products = !training ? 1 : l == 1 ? 2 : 3;
    multiply_adds += products * static_cast<double>(batch * sizes[l - 1] * sizes[l]);
  }
  return 2 * multiply_adds;
}

const std::vector<Workload>& workloads() {
  static const std::vector<Workload> all = [] {
    using enum Activation;
    const std::vector<Eigen::Index> deep{784, 500, 250, 100, 10};
    std::vector<Workload> result{
        {"W1", deep, sigmoid, Rule::sgd, 64},
        {"W2", deep, relu, Rule::adam, 64},
        {"W3", {784, 64, 10}, sigmoid, Rule::sgd, 256},
        {"W5", {784, 64, 64, 64, 10}, tanh, Rule::adam, 32},
    };
    for (const Eigen::Index batch : {1, 8, 32, 256})
      result.push_back({fmt::format("W6-{}", batch), deep, sigmoid, Rule::sgd, batch, false});
    return result;
  }();
  return all;
}

const std::vector<Workload>& growth() {
  static const std::vector<Workload> all = [] {
    std::vector<Workload> result;
    const auto add = [&](const std::string& what, Eigen::Index width, int depth, Eigen::Index batch) {
      std::vector<Eigen::Index> sizes{784};
      sizes.insert(sizes.end(), static_cast<std::size_t>(depth), width);
      sizes.push_back(10);
      result.push_back({"growth-" + what, sizes, Activation::relu, Rule::adam, batch});
    };
    for (const Eigen::Index width : {16, 32, 64, 128, 256, 512, 1024})
      add(fmt::format("width-{}", width), width, 2, 64);
    for (const int depth : {1, 2, 4, 8, 16, 32}) add(fmt::format("depth-{}", depth), 128, depth, 64);
    for (const Eigen::Index batch : {1, 4, 16, 64, 256, 1024})
      add(fmt::format("batch-{}", batch), 128, 2, batch);
    return result;
  }();
  return all;
}

Batch make_batch(Eigen::Index examples, Eigen::Index width) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> grey(-4, 1);
  std::uniform_int_distribution<int> digit(0, 9);
  Batch batch;
  batch.images = Batch::Matrix::NullaryExpr(examples, width, [&] { return std::max(0.0F, grey(random)); });
  for (Eigen::Index example = 0; example < examples; ++example) batch.labels.push_back(digit(random));
  return batch;
}

Values make_parameters(const Workload& workload) {
  std::mt19937 random(2);
  Values values;
  for (std::size_t l = 1; l < workload.sizes.size(); ++l) {
    const auto in = static_cast<std::size_t>(workload.sizes[l - 1]);
    const auto out = static_cast<std::size_t>(workload.sizes[l]);
    const float bound = std::sqrt(6.0F / static_cast<float>(in + out));
    std::uniform_real_distribution<float> uniform(-bound, bound);
    std::vector<float>& weights = values.emplace_back(in * out);
    for (float& weight : weights) weight = uniform(random);
    values.emplace_back(out, 0.0F);
  }
  return values;
}

}  // namespace gradus::bench
