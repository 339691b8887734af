#include "reference.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace gradus::bench {
namespace {

/// Throws unless `error` is allowed.
void verify(const Workload& workload, const std::string& who, const std::string& what, double error,
            double allowed) {
  if (error <= allowed) return;
  throw std::runtime_error(
      fmt::format("{} {}: after one step {} is off by {:.2g}, more than the {:.2g} of rounding",
                  workload.name, who, what, error, allowed));
}

/// What float leaves: a little of the change itself, and the last bit of the largest number changed.
double rounding(double change, double size) {
  return 1e-5 * change + static_cast<double>(std::numeric_limits<float>::epsilon()) * size;
}

}  // namespace

double reference_step(const Workload& workload, const Batch& batch, std::vector<Layer>& layers) {
  using Matrix = Eigen::MatrixXd;
  std::vector<Matrix> outputs{batch.images.cast<double>()};
  for (const Layer& layer : layers) {
    const Matrix z = (outputs.back() * layer.weights.cast<double>()).rowwise() + layer.bias.cast<double>();
    const bool last = &layer == &layers.back();
    outputs.push_back(last ? z : Matrix((1.0 + (-z.array()).exp()).inverse()));
  }
  const Matrix exponentials = outputs.back().array().exp();
  const Matrix p = exponentials.array().colwise() / exponentials.rowwise().sum().array();
  const Matrix label = batch.labels.cast<double>();
  const auto examples = static_cast<double>(workload.batch);
  const double loss = -(label.array() * p.array().log()).sum() / examples;

  const auto rate = static_cast<double>(workload.learning_rate);
  Matrix bar = (p - label) / examples;
  for (std::size_t l = layers.size(); l-- > 0;) {
    const Matrix weights = layers[l].weights.cast<double>();
    const Matrix& x = outputs[l];
    layers[l].weights = (weights - rate * x.transpose() * bar).cast<float>();
    layers[l].bias = (layers[l].bias.cast<double>() - rate * bar.colwise().sum()).cast<float>();
    bar = ((bar * weights.transpose()).array() * x.array() * (1.0 - x.array())).matrix().eval();
  }
  return loss;
}

void verify_first_step(const Workload& workload, const std::string& who, double loss,
                       const std::vector<Layer>& layers) {
  const std::vector<Layer> before = make_layers(workload);
  std::vector<Layer> expected = before;
  const double expected_loss = reference_step(workload, make_batch(workload), expected);
  verify(workload, who, "the loss", std::abs(loss - expected_loss), rounding(expected_loss, expected_loss));
  for (std::size_t l = 0; l < before.size(); ++l) {
    const auto compare = [&](const char* what, const auto& start, const auto& want, const auto& got) {
      const auto largest = [](const auto& array) { return static_cast<double>(array.cwiseAbs().maxCoeff()); };
      verify(workload, who, fmt::format("layer {}'s {}", l + 1, what), largest(got - want),
             rounding(largest(want - start), largest(want)));
    };
    compare("weights", before[l].weights, expected[l].weights, layers[l].weights);
    compare("bias", before[l].bias, expected[l].bias, layers[l].bias);
  }
}

}  // namespace gradus::bench
